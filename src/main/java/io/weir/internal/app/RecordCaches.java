package io.weir.internal.app;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * The JDK's handles behind a record's {@code equals}, {@code hashCode} and {@code toString}. Up to
 * JDK 17 each of them remembers the types of its latest use, and with them the application's class
 * loader, for as long as the server runs.
 */
final class RecordCaches {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private RecordCaches() {}

    /** Puts a type of the JDK where an application's may be. */
    static void forget() {
        try {
            MethodHandle getter =
                    MethodHandles.publicLookup()
                            .findVirtual(String.class, "trim", methodType(String.class));
            bootstrap("equals", methodType(boolean.class, String.class, Object.class), getter);
            bootstrap("hashCode", methodType(int.class, String.class), getter);
            bootstrap("toString", methodType(String.class, String.class), getter);
        } catch (Throwable e) { // declared so; a later JDK may refuse, and need none of this
            LOG.log(System.Logger.Level.DEBUG, "The caches of records stay as they are", e);
        }
    }

    /** As for a record of one component, with String in the part of the record. */
    private static void bootstrap(String method, MethodType type, MethodHandle getter)
            throws Throwable {
        ObjectMethods.bootstrap(
                MethodHandles.publicLookup(), method, type, String.class, "text", getter);
    }
}
