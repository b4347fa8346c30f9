package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.RateLimited;
import io.weir.internal.app.Deployment;
import io.weir.internal.app.Scan;
import jakarta.enterprise.context.Dependent;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library in a class path without Micrometer, without OpenTelemetry, and without both. */
class WithoutMetersTest {

    @Dependent
    public static class Fine {
        @RateLimited("1/hour")
        public void call() {}
    }

    /** Runs inside the other class loader. */
    public static final class Inside {
        public static int deploy(String type) throws JMException {
            assertThat(Scan.isPresent(type)).isFalse();
            try (Deployed app = Deployed.with(Fine.class)) {
                app.get(Deployment.class).start("/without", Set.of(), Map.of());
                app.get(Fine.class).call();
                return ManagementFactory.getPlatformMBeanServer()
                        .queryNames(new ObjectName("io.weir:application=without,*"), null)
                        .size();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "micrometer, io.micrometer.core.instrument.MeterRegistry",
        "opentelemetry, io.opentelemetry.api.OpenTelemetry",
        "micrometer|opentelemetry, io.opentelemetry.api.OpenTelemetry",
    })
    void decisionsAreCountedInJmx(String missing, String type) throws Exception {
        Predicate<String> left = Pattern.compile(missing).asPredicate().negate();
        URL[] urls =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(left)
                        .map(WithoutMetersTest::url)
                        .toArray(URL[]::new);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader without =
                new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(without);
            assertThat(
                            without.loadClass(Inside.class.getName())
                                    .getMethod("deploy", String.class)
                                    .invoke(null, type))
                    .isEqualTo(2);
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
}
