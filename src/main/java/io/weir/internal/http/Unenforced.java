package io.weir.internal.http;

import io.weir.Policy;
import java.lang.reflect.Method;

/** Is told what is declared and not enforced: only a call could show it. */
public interface Unenforced {

    /**
     * A filter of the application has answered, and nobody behind it was asked. Once for a route.
     *
     * @param policy what was to be enforced
     * @param path where, as it was written
     * @param late whether nobody in front of that filter can tell whom the policy counts
     */
    void answeredInFront(Policy policy, String path, boolean late);

    /**
     * The container has answered a request by itself, before any filter. Once for a route.
     *
     * @param policy what was to be enforced
     * @param path where, as it was written
     */
    void answeredByContainer(Policy policy, String path);

    /**
     * Only an interceptor can decide for a method, and an object serves it that the application may
     * have made past CDI. With each call.
     *
     * @param type the object's own class
     * @param method the resource method
     */
    void served(Class<?> type, Method method);
}
