package io.weir.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.weir.DecidedBy;
import io.weir.Edge;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The MBean server, Micrometer's global registry and OpenTelemetry's outlive an application. */
class UndeployTest {

    /** A life of an application, with the classes of its own. */
    public static final class Life implements Runnable {
        @Override
        public void run() {
            try (DecisionMonitor monitor =
                    new DecisionMonitor(
                            List.of(Fixtures.NOBODY),
                            Fixtures.STATUS,
                            new OutageCounters(),
                            () -> 0,
                            SetTicker.anywhere(),
                            false,
                            ManagementFactory::getPlatformMBeanServer)) {
                monitor.open(
                        "gone",
                        List.of(Fixtures.ORDERS),
                        List.of(
                                new MicrometerMeters(Metrics.globalRegistry),
                                OpenTelemetryMeters.global()));
                for (DecidedBy store : DecidedBy.values()) {
                    monitor.decided(
                            Fixtures.ORDERS,
                            Fixtures.KEY,
                            Edge.METHOD,
                            store,
                            Fixtures.ADMITTED,
                            1);
                    monitor.decided(
                            Fixtures.ORDERS,
                            Fixtures.KEY,
                            Edge.METHOD,
                            store,
                            Fixtures.refused(),
                            1);
                }
            }
        }
    }

    /** Has our classes itself, and all others from the server. */
    private static final class OfTheApplication extends URLClassLoader {
        OfTheApplication(URL[] urls) {
            super(urls, UndeployTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.weir.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? findClass(name) : known;
            }
        }
    }

    private static WeakReference<ClassLoader> live() throws Exception {
        URL[] urls =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .map(UndeployTest::url)
                        .toArray(URL[]::new);
        try (OfTheApplication loader = new OfTheApplication(urls)) {
            Class<?> life = loader.loadClass(Life.class.getName());
            assertThat(life).isNotEqualTo(Life.class);
            ((Runnable) life.getConstructor().newInstance()).run();
            return new WeakReference<>(loader);
        }
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    @Test
    void theClassLoaderGoes() throws Exception {
        SimpleMeterRegistry scraped = new SimpleMeterRegistry();
        Metrics.addRegistry(scraped);
        InMemoryMetricReader collector = InMemoryMetricReader.create();
        OpenTelemetrySdk.builder()
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(collector).build())
                .buildAndRegisterGlobal();
        try {
            WeakReference<ClassLoader> loader = live();
            long until = System.nanoTime() + 20_000_000_000L;
            while (loader.get() != null && System.nanoTime() < until) {
                System.gc();
                Thread.sleep(20);
            }
            assertThat(loader.get()).isNull();
            assertThat(scraped.getMeters()).isEmpty();
            assertThat(collector.collectAllMetrics())
                    .extracting(MetricData::getName)
                    .containsExactly("weir.decisions");
        } finally {
            Metrics.removeRegistry(scraped);
            GlobalOpenTelemetry.resetForTest();
        }
    }
}
