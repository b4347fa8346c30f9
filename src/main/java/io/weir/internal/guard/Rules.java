package io.weir.internal.guard;

import java.lang.reflect.Method;
import java.util.List;

/** The table made at deployment: which rules are in force at which method. */
@FunctionalInterface
public interface Rules {

    /**
     * The rules of a method.
     *
     * @param type the class of the object it is called on
     * @param method the method
     * @return in the order they are decided; empty for a method without
     */
    List<Rule> of(Class<?> type, Method method);
}
