package io.weir.servers.observer;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Class loaders of applications, in a place that every application of the server sees. */
final class Survivors {

    private static final String PLACE = "io.weir.servers.loaders";

    private Survivors() {}

    /** Only types of the JDK are kept, or the list itself would keep an application. */
    @SuppressWarnings("unchecked")
    static List<WeakReference<ClassLoader>> all() {
        return (List<WeakReference<ClassLoader>>)
                System.getProperties()
                        .computeIfAbsent(
                                PLACE, key -> new CopyOnWriteArrayList<WeakReference<?>>());
    }
}
