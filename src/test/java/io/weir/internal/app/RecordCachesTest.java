package io.weir.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecordCachesTest {

    /** Its component is a type of the application, too. */
    public record Pair(Pair other) {}

    /** In a JVM of its own, where what is only softly reachable is collected: newer JDKs do so. */
    @Test
    void anApplicationWhoseRecordsWereComparedCanBeCollected() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:SoftRefLRUPolicyMSPerMB=0",
                                "-cp",
                                System.getProperty("java.class.path"),
                                RecordCachesTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).isEqualTo("collected");
        assertThat(process.waitFor()).isZero();
    }

    /**
     * Compares records of an application, lets it go, and says whether it went.
     *
     * @param arguments none
     */
    public static void main(String... arguments) throws Exception {
        WeakReference<ClassLoader> application = compared();
        RecordCaches.forget();
        long start = System.nanoTime();
        while (application.get() != null && System.nanoTime() - start < 10_000_000_000L) {
            System.gc();
        }
        System.out.print(application.get() == null ? "collected" : "still there");
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
