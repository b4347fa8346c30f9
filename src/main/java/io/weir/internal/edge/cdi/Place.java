package io.weir.internal.edge.cdi;

import java.util.List;

/**
 * Where a module of an application is.
 *
 * @param loader finds its classes and its configuration
 * @param loaders find the files of its own settings
 * @param shared find those of these files that it shares with other modules
 */
record Place(ClassLoader loader, List<ClassLoader> loaders, List<ClassLoader> shared) {

    /** Of an application that is one module. */
    static Place of(ClassLoader loader) {
        return new Place(loader, List.of(loader), List.of());
    }

    /** Where the calling thread works. */
    static Place ofThread() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return of(context == null ? Library.LOADER : context);
    }
}
