package io.weir.observe;

import static io.weir.observe.Fixtures.ADMITTED;
import static io.weir.observe.Fixtures.KEY;
import static io.weir.observe.Fixtures.NOBODY;
import static io.weir.observe.Fixtures.ORDERS;
import static io.weir.observe.Fixtures.STATUS;
import static io.weir.observe.Fixtures.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.SetTicker;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watching costs no memory: not for each call, and not for each client. */
class AllocationTest {

    private static final int CALLS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Eyes eyes =
            new Eyes(
                    NOBODY,
                    STATUS,
                    () -> 0,
                    SetTicker.anywhere(),
                    true,
                    MBeanServerFactory::newMBeanServer);

    @BeforeEach
    void open() {
        eyes.open("shop", List.of(ORDERS), null);
    }

    @AfterEach
    void close() {
        eyes.close();
    }

    private long allocatedBy(Policy policy, Key[] keys, Decision decision) {
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE; // the first rounds also link and compile
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < CALLS; i++) {
                eyes.decided(
                        policy, keys[i % keys.length], Edge.METHOD, DecidedBy.LOCAL, decision, i);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    /** What the measurement itself takes. */
    private long noise() {
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 100; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    @Test
    void theMeasurementCostsNothing() {
        assertThat(noise()).isZero();
    }

    @Test
    void anAdmission() {
        assertThat(allocatedBy(ORDERS, new Key[] {KEY}, ADMITTED)).isZero();
    }

    @Test
    void aRefusalThatWasLogged() {
        assertThat(allocatedBy(ORDERS, new Key[] {KEY}, refused("orders-60s"))).isZero();
    }

    /** The clock stands, so after ten lines there is no room for more. */
    @Test
    void aFloodOfClientsWhoAreRefused() {
        Key[] keys =
                IntStream.range(0, 20_000)
                        .mapToObj(i -> Key.ofClient("10.0." + i / 256 + "." + i % 256))
                        .toArray(Key[]::new);
        assertThat(allocatedBy(ORDERS, keys, refused("orders-60s"))).isZero();
    }

    @Test
    void aPolicyThatIsCountedWithTheOthers() {
        for (int i = 0; i < Counters.MOST; i++) {
            eyes.decided(
                    Policy.of("made-" + i, ORDERS.limits().get(0)),
                    KEY,
                    Edge.PROGRAM,
                    DecidedBy.LOCAL,
                    ADMITTED,
                    1);
        }
        Policy late = Policy.of("late", ORDERS.limits().get(0));
        assertThat(allocatedBy(late, new Key[] {KEY}, ADMITTED)).isZero();
    }
}
