package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Less than a fifth left: found without a division for each decision, and without an object. */
class NearLimitTest {

    private static final Key KEY = Key.ofClient("203.0.113.7");

    @Provide
    Arbitrary<List<Limit>> limits() {
        Arbitrary<Long> permits = Arbitraries.longs().between(1, 13);
        Arbitrary<Duration> windows = Arbitraries.of(7L, 1_000L, 60_000L).map(Duration::ofMillis);
        return Arbitraries.<Limit>oneOf(
                        Combinators.combine(permits, windows).as(Limit.SlidingWindow::new),
                        Combinators.combine(permits, windows, permits).as(Limit.TokenBucket::new))
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .filter(
                        list ->
                                list.size() == 1
                                        || !list.get(0).window().equals(list.get(1).window()));
    }

    @Property
    void asTheNumbersSay(@ForAll("limits") List<Limit> limits, @ForAll List<Long> pauses) {
        SetTicker ticker = SetTicker.anywhere();
        CountingStore store = new CountingStore(10, ticker, () -> {});
        Policy policy = Policy.of("p", limits.toArray(Limit[]::new));
        for (long pause : pauses) {
            ticker.advance(Math.floorMod(pause, 2_000_000_000L));
            Decision decision = store.tryAcquire(policy, KEY, 1).decision();
            if (decision instanceof Decision.Admitted) {
                boolean near =
                        decision.limits().stream()
                                .anyMatch(l -> l.permits() > 1 && l.remaining() * 5 < l.permits());
                assertThat(Outcome.isNearLimit(decision)).isEqualTo(near);
                Decision copy = new Decision.Admitted(List.copyOf(decision.limits()));
                assertThat(Outcome.isNearLimit(copy)).isEqualTo(near);
            }
        }
    }

    @Test
    void aLimitOfOnePermitHasNoFifth() {
        CountingStore store = new CountingStore(10, SetTicker.anywhere(), () -> {});
        Policy once = Policy.of("once", new Limit.SlidingWindow(1, Duration.ofMinutes(1)));
        assertThat(Outcome.isNearLimit(store.tryAcquire(once, KEY, 1).decision())).isFalse();
        assertThat(Outcome.isNearLimit(new Decision.Admitted(List.of()))).isFalse();
    }

    @Test
    void itMakesNoObject() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        for (Limit limit :
                List.of(
                        new Limit.TokenBucket(60, Duration.ofMinutes(1), 10), // each in one long
                        new Limit.TokenBucket(7, Duration.ofMinutes(1), 7),
                        new Limit.SlidingWindow(10, Duration.ofMinutes(1)))) {
            CountingStore store = new CountingStore(10, SetTicker.anywhere(), () -> {});
            Policy policy = Policy.of("p", limit);
            Decision far = store.tryAcquire(policy, KEY, 1).decision();
            Decision near = store.tryAcquire(policy, KEY, limit.capacity() - 2).decision();
            long least = Long.MAX_VALUE;
            int found = 0;
            for (int round = 0; round < 5; round++) {
                long before = threads.getThreadAllocatedBytes(self);
                for (int i = 0; i < 100_000; i++) {
                    found += Outcome.isNearLimit(far) ? 1 : 0;
                    found += Outcome.isNearLimit(near) ? 1 : 0;
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
            assertThat(found).isEqualTo(500_000);
            assertThat(least).isZero();
        }
    }
}
