package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.RateLimited;
import jakarta.enterprise.context.Dependent;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The library in a class path from which Redisson was excluded. */
class WithoutRedissonTest {

    @Dependent
    public static class Fine {
        @RateLimited("1/hour")
        public void call() {}
    }

    /** Runs inside the other class loader. */
    public static final class Inside {
        public static String deploy(Map<String, String> settings) {
            try (Deployed app = Deployed.with(settings, Fine.class)) {
                app.get(Fine.class).call();
                return "deployed";
            } catch (RuntimeException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }

    private static String deploy(Map<String, String> settings, String... missing) throws Exception {
        URL[] urls =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(path -> Arrays.stream(missing).noneMatch(path::contains))
                        .map(WithoutRedissonTest::url)
                        .toArray(URL[]::new);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader without =
                new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(without);
            return (String)
                    without.loadClass(Inside.class.getName())
                            .getMethod("deploy", Map.class)
                            .invoke(null, settings);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (java.net.MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    @Test
    void withoutRedisConfiguredItCountsInMemory() throws Exception {
        assertThat(deploy(Map.of(), "redisson", "netty")).isEqualTo("deployed");
    }

    @Test
    void withRedisConfiguredTheDeploymentStopsAndNamesWhatIsMissing() throws Exception {
        assertThat(deploy(Map.of("REDIS_HOST", "localhost"), "redisson", "netty"))
                .contains("WEIR-011", "org.redisson:redisson:");
    }

    @Test
    void withoutItsNettyTheDeploymentStopsAndSaysBothVersions() throws Exception {
        assertThat(deploy(Map.of("REDIS_HOST", "localhost"), "netty"))
                .contains("WEIR-056", "Redisson 4.7.0 and Netty none");
    }
}
