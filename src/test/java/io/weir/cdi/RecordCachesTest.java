package io.weir.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class RecordCachesTest {

    /** Its component is a type of the application, too. */
    public record Pair(Pair other) {}

    @Test
    void anApplicationWhoseRecordsWereComparedCanBeCollected() throws Exception {
        WeakReference<ClassLoader> application = compared();
        RecordCaches.forget();
        long start = System.nanoTime();
        while (application.get() != null && System.nanoTime() - start < 10_000_000_000L) {
            System.gc();
        }
        assertThat(application.get()).isNull();
    }

    /** As a server does: a class loader of its own for the application's classes. */
    private static WeakReference<ClassLoader> compared() throws Exception {
        URL classes = Pair.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(Pair.class.getName());
            assertThat(type.getClassLoader()).isSameAs(loader);
            Object end = type.getConstructors()[0].newInstance((Object) null);
            Object one = type.getConstructors()[0].newInstance(end);
            Object other = type.getConstructors()[0].newInstance(end);
            if (!one.equals(other)
                    || one.hashCode() != other.hashCode()
                    || !one.toString().equals(other.toString())) {
                throw new AssertionError("records that differ");
            }
            return new WeakReference<>(loader);
        }
    }
}
