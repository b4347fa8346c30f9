package io.weir.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * A Redis, or several, to which one thing happens. All its processes end when it is closed, in
 * whatever state it is.
 */
abstract class Scene implements AutoCloseable {

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    /** Something that is done to Redis. */
    interface Step<T> {
        void on(T scene) throws Exception;
    }

    /** Starts what is needed; called once, first. */
    abstract void set() throws Exception;

    /** Where the limiter under test finds it, as {@code weir.redis.url}. */
    abstract String url();

    /** The version of the servers. */
    abstract String version();

    /** The fault begins. */
    abstract void inflict() throws Exception;

    /** Ends the fault, and returns when Redis could decide again. */
    abstract void lift() throws Exception;

    /** Whether there is a time between the two. */
    boolean lasts() {
        return true;
    }

    /** Whether the fault is about this key at all. */
    boolean concerns(String keyText) {
        return true;
    }

    /** Closes it together with the scene, the latest first. */
    final <T extends AutoCloseable> T own(T thing) {
        owned.push(thing);
        return thing;
    }

    /** A directory that is deleted with the scene. */
    final Path directory() throws IOException {
        Path directory = Files.createTempDirectory("weir-faults");
        own(() -> delete(directory));
        return directory;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public final void close() throws Exception {
        Exception first = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
