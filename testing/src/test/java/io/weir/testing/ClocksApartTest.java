package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each application has a clock of its own, whatever else this JVM tests. */
class ClocksApartTest {

    private static final Policy ONE = Policy.of("one", new Limit.SlidingWindow(1, ofMinutes(1)));

    private static LocalBench bench() {
        LocalBench bench = new LocalBench(false, Map.of("weir.testing", "true"), null);
        Benches.setOfThread(bench);
        bench.limiter();
        Benches.setOfThread(null);
        return bench;
    }

    @Test
    void oneClockMovesNoOther() {
        try (LocalBench first = bench();
                LocalBench second = bench()) {
            LimitsUnderTest here = new LimitsUnderTest(first);
            LimitsUnderTest there = new LimitsUnderTest(second);
            assertThat(here.of(ONE)).admits(1).thenRefuses();
            assertThat(there.of(ONE)).admits(1).thenRefuses();
            first.advance(ofMinutes(1));
            assertThat(here.of(ONE)).admits(1);
            assertThat(there.of(ONE)).refuses();
            here.outage();
            assertThat(second.clock().elapsed()).isEqualTo(Duration.ZERO);
        }
    }

    /** The thread that a server starts for the test deploys for it, too. */
    @Test
    void aThreadOfTheTestIsOfTheTest() throws Exception {
        LocalBench bench = new LocalBench(false, Map.of("weir.testing", "true"), null);
        Benches.setOfThread(bench);
        boolean[] joins = new boolean[1];
        Thread server = new Thread(() -> joins[0] = new KitBench().joins());
        server.start();
        server.join();
        Benches.setOfThread(null);
        assertThat(joins[0]).isTrue();
        assertThat(new KitBench().joins()).isFalse();
    }
}
