package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.Key;
import io.weir.RateLimiter;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** What the garbage collector gets of a whole decision: an application asks, this JVM counts. */
class MemoryOfADecisionTest {

    private static final int CALLS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The least of some rounds: the first ones also link and compile. */
    private long bytes(IntConsumer call) {
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < CALLS; i++) {
                call.accept(i);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least / CALLS;
    }

    /**
     * The decision (16), what is left (40), the store's answer (24), who asks (24) and a list's
     * iterator (32), most of which the compiler sees through.
     */
    @Test
    void aBucketWhoseKeyIsThere() {
        try (Deployed app =
                Deployed.with(Map.of("weir.policy.p.limit", "1000000/s burst 1000000"))) {
            RateLimiter limiter = app.get(RateLimiter.class);
            Key[] keys = new Key[100];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = Key.ofClient("203.0.113." + i);
            }
            assertThat(bytes(i -> limiter.tryAcquire("p", keys[i % 100], 1))).isBetween(1L, 136L);
        }
    }
}
