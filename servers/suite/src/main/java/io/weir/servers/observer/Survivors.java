package io.weir.servers.observer;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Class loaders of applications, in a place that every application of the server sees. */
final class Survivors {

    private static final String PLACE = "io.weir.servers.loaders";

    private Survivors() {}

    static void add(ClassLoader loader) {
        all().add(new PhantomReference<>(loader, new ReferenceQueue<>()));
    }

    static int registered() {
        return all().size();
    }

    static long alive() {
        return all().stream().filter(one -> !one.refersTo(null)).count();
    }

    /** Only types of the JDK are kept, or the list itself would keep an application. */
    @SuppressWarnings("unchecked")
    private static List<PhantomReference<ClassLoader>> all() {
        return (List<PhantomReference<ClassLoader>>)
                System.getProperties()
                        .computeIfAbsent(
                                PLACE, key -> new CopyOnWriteArrayList<PhantomReference<?>>());
    }
}
