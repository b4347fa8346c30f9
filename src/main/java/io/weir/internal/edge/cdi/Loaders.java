package io.weir.internal.edge.cdi;

import io.weir.RateLimited;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The class loaders of an application's modules, as its classes show them. */
final class Loaders {

    /** As it stands in a class file. */
    private static final String ANNOTATION = "L" + RateLimited.class.getName().replace('.', '/');

    /** What they find where the annotation is expected; empty: nothing. */
    private final Map<ClassLoader, Optional<Class<?>>> seen = new HashMap<>();

    /** Those that find this library; whether they are of a web module. */
    private final Map<ClassLoader, Boolean> web = new LinkedHashMap<>();

    void add(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (loader != null
                && loader != Library.LOADER
                && !web.containsKey(loader)
                && seen(loader).filter(RateLimited.class::equals).isPresent()) {
            web.put(loader, Library.isInWebModule(type));
        }
    }

    private Optional<Class<?>> seen(ClassLoader loader) {
        return seen.computeIfAbsent(
                loader,
                l -> {
                    try {
                        return Optional.of(Class.forName(RateLimited.class.getName(), false, l));
                    } catch (ClassNotFoundException | LinkageError e) {
                        return Optional.empty();
                    }
                });
    }

    /** Java drops an annotation whose class it does not find, without a word. */
    boolean isBlind(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (loader == null || seen(loader).isPresent()) {
            return false;
        }
        String file = type.getName().replace('.', '/') + ".class";
        try (InputStream in = loader.getResourceAsStream(file)) {
            return in != null
                    && new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                            .contains(ANNOTATION);
        } catch (IOException e) {
            return false;
        }
    }

    boolean isWeb(@Nullable ClassLoader loader) {
        return loader != null && web.getOrDefault(loader, false);
    }

    /** Whether it is known, and of no web module. */
    boolean isShared(@Nullable ClassLoader loader) {
        return loader != null && !web.getOrDefault(loader, true);
    }

    List<ClassLoader> ofWebModules() {
        return web.keySet().stream().filter(this::isWeb).toList();
    }

    /** One that sees what a web module has, and all that is shared. */
    ClassLoader widest() {
        return ofWebModules().stream().findFirst().orElse(Library.LOADER);
    }

    /** The library's, and those of EJB jars. */
    List<ClassLoader> shared() {
        List<ClassLoader> shared = new ArrayList<>(List.of(Library.LOADER));
        web.keySet().stream().filter(this::isShared).forEach(shared::add);
        return shared;
    }
}
