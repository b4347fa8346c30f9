package io.weir.internal.app;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Set;

/** Looks at classes and annotations by name: what has them may not be there. */
public final class ByName {

    private ByName() {}

    /**
     * Whether the library sees a class.
     *
     * @param type its name
     * @return false where it is missing
     */
    public static boolean isPresent(String type) {
        try {
            Class.forName(type, false, ByName.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /**
     * Whether an annotation stands at a place.
     *
     * @param place such as a class or a method
     * @param names of annotations
     * @return true if one of them stands there
     */
    public static boolean isAnnotated(AnnotatedElement place, Set<String> names) {
        return Arrays.stream(place.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(type -> names.contains(type.getName()));
    }
}
