package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** However JUnit runs a class: nested, once for all its tests, with parameters, inherited. */
class ShapesOfTestsTest {

    private static final Policy TWO = Policy.of("two", new Limit.SlidingWindow(2, ofMinutes(1)));

    private static TestExecutionSummary run(Map<String, String> settings, Class<?>... types) {
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (Class<?> type : types) {
            selectors.add(DiscoverySelectors.selectClass(type));
        }
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectors)
                        .configurationParameters(settings)
                        .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static void assertPassed(TestExecutionSummary summary, long tests) {
        assertThat(summary.getFailures())
                .extracting(TestExecutionSummary.Failure::getException)
                .isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(tests);
    }

    private static void usesAll(LimitsUnderTest limits) {
        assertThat(limits.of(TWO)).admits(2).thenRefuses();
    }

    @WeirTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class Once {
        private LimitsUnderTest first;

        @BeforeAll
        void before(LimitsUnderTest limits) {
            first = limits;
            usesAll(limits); // a test begins with nothing all the same
        }

        @BeforeEach
        void each(LimitsUnderTest limits) {
            assertThat(limits.of(TWO)).admits(1); // which counts for the test
        }

        @RepeatedTest(2)
        void repeated(LimitsUnderTest limits) {
            assertThat(limits.of(TWO)).admits(1).thenRefuses();
        }

        @ParameterizedTest
        @ValueSource(strings = {"203.0.113.1", "203.0.113.2"})
        void clients(String client, LimitsUnderTest limits, WeirClock clock) {
            usesAll(limits.asClient(client));
            clock.advance(ofMinutes(1));
            usesAll(first.asClient(client));
        }

        @Nested
        class Inside {
            @BeforeEach
            void more(LimitsUnderTest limits) {
                assertThat(limits.of(TWO)).admits(1);
            }

            @Test
            void whatIsAroundHasUsedTheRest(LimitsUnderTest limits) {
                assertThat(limits.of(TWO)).refuses();
            }

            @Nested
            class Deeper {
                @Test
                void too(LimitsUnderTest limits) {
                    assertThat(limits.of(TWO)).refuses();
                }
            }
        }
    }

    @Test
    void onceForAllTestsAndNested() {
        assertPassed(run(Map.of(), Once.class), 6);
    }

    @WeirTest
    static class Base {
        @Test
        void fresh(LimitsUnderTest limits) {
            usesAll(limits);
        }
    }

    static class Heir extends Base {}

    static class Second extends Base {
        @Test
        void another(LimitsUnderTest limits) {
            usesAll(limits);
        }
    }

    @LimitsOff
    static class Unlimited {
        @Test
        void free(LimitsUnderTest limits) {
            assertThat(limits.of(TWO)).admits(100);
        }
    }

    /** Nobody's clock or counts are anybody else's, in whatever order they come. */
    @Test
    void severalInOneJvmAndInherited() {
        assertPassed(run(Map.of(), Heir.class, Unlimited.class, Second.class, Base.class), 5);
        assertPassed(run(Map.of(), Unlimited.class, Heir.class), 2);
    }

    private static final AtomicInteger AT_ONCE = new AtomicInteger();

    private static void alone(LimitsUnderTest limits, WeirClock clock) throws InterruptedException {
        assertThat(AT_ONCE.incrementAndGet()).isEqualTo(1);
        usesAll(limits);
        TimeUnit.MILLISECONDS.sleep(20); // for the other one, if it could come
        clock.advance(ofMinutes(1));
        usesAll(limits);
        AT_ONCE.decrementAndGet();
    }

    @WeirTest
    static class Left {
        @RepeatedTest(5)
        void aMinute(LimitsUnderTest limits, WeirClock clock) throws Exception {
            alone(limits, clock);
        }
    }

    @WeirTest
    static class Right {
        @RepeatedTest(5)
        void aMinute(LimitsUnderTest limits, WeirClock clock) throws Exception {
            alone(limits, clock);
        }
    }

    /** One after the other, whatever is configured for others. */
    @Test
    void whereOthersRunAtOnce() {
        Map<String, String> parallel =
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent",
                        "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");
        assertPassed(run(parallel, Left.class, Right.class), 10);
    }

    @Test
    void withoutAssertJ() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(loader);
            try {
                Object text =
                        loader.loadClass(AlonePlain.class.getName()).getMethod("run").invoke(null);
                assertThat(text.toString()).startsWith("two admitted 2 of 3 calls");
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
    }

    /** The library, the kit, and this test. */
    private static URL[] classPath() {
        return Stream.of(Policy.class, LimitsUnderTest.class, AlonePlain.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
    }

    /** Nothing of AssertJ. */
    public static final class AlonePlain {
        private AlonePlain() {}

        /** What the assertion says that fails. */
        public static String run() {
            Policy two = Policy.of("two", new Limit.SlidingWindow(2, ofMinutes(1)));
            LocalBench bench = new LocalBench(false, Map.of("weir.testing", "true"), null);
            Benches.setOfThread(bench);
            try {
                LimitsUnderTest limits = new LimitsUnderTest(bench);
                WeirAssertions.assertThat(limits.of(two)).admits(2).thenRefuses();
                limits.reset();
                WeirAssertions.assertThat(limits.of(two)).admits(3);
                return "nothing";
            } catch (AssertionError e) {
                return e.getMessage();
            } finally {
                bench.close();
                Benches.setOfThread(null);
            }
        }
    }
}
