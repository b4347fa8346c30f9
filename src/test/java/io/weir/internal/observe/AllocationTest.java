package io.weir.internal.observe;

import static io.weir.internal.observe.Fixtures.ADMITTED;
import static io.weir.internal.observe.Fixtures.KEY;
import static io.weir.internal.observe.Fixtures.NOBODY;
import static io.weir.internal.observe.Fixtures.ORDERS;
import static io.weir.internal.observe.Fixtures.STATUS;
import static io.weir.internal.observe.Fixtures.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.address.Client;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Store;
import io.weir.internal.count.WaitBudget;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Operation;
import io.weir.internal.guard.Plans;
import io.weir.testing.Policies;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watching costs no memory: not for each call, and not for each client. */
class AllocationTest {

    private static final int CALLS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private DecisionMonitor monitor = unopened();

    private static DecisionMonitor unopened() {
        return new DecisionMonitor(
                List.of(NOBODY),
                STATUS,
                new OutageCounters(),
                () -> 0,
                SetTicker.anywhere(),
                true,
                MBeanServerFactory::newMBeanServer);
    }

    @BeforeEach
    void open() {
        // Where the classes of OpenTelemetry are, and nobody collects anything.
        monitor.open("shop", List.of(ORDERS), List.of(OpenTelemetryMeters.global()));
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private long allocatedBy(Policy policy, Key[] keys, Decision decision) {
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE; // the first rounds also link and compile
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < CALLS; i++) {
                monitor.decided(
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
    void anAdmissionWhereNobodyMeasures() {
        monitor.close();
        monitor = unopened();
        assertThat(allocatedBy(ORDERS, new Key[] {KEY}, ADMITTED)).as("not yet").isZero();
        monitor.open("shop", List.of(ORDERS), List.of());
        assertThat(allocatedBy(ORDERS, new Key[] {KEY}, ADMITTED)).as("nowhere").isZero();
    }

    @Test
    void anAdmissionThatTellsWhatIsLeft() {
        assertThat(allocatedBy(ORDERS, new Key[] {KEY}, Fixtures.left(3))).isZero();
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
        for (int i = 0; i < DecisionCounters.MOST; i++) {
            monitor.decided(
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

    /** A store that decides at no cost, so that what the gate makes is all there is. */
    @SuppressWarnings("try") // the scope is closed, and needs no more
    private long allocatedByTheGate(KeySource source, IntFunction<Object> id) {
        Policy policy = Policies.like(ORDERS).key(source).policy();
        Outcome admitted = new Outcome(ADMITTED, DecidedBy.LOCAL, Receipt.NOTHING);
        WaitBudget budget = new WaitBudget(Duration.ZERO);
        CurrentOperation current = new CurrentOperation();
        LivePolicy live = () -> policy;
        Gate gate =
                new Gate(
                        name -> live,
                        new Store() {
                            @Override
                            public Outcome tryAcquire(
                                    Policy policy, Key key, long cost, WaitBudget budget) {
                                return admitted;
                            }

                            @Override
                            public WaitBudget budget() {
                                return budget;
                            }

                            @Override
                            public List<LimitState> peek(Policy policy, Key key) {
                                return List.of();
                            }

                            @Override
                            public void reset(Policy policy, Key key) {}
                        },
                        new Keys(Map.of(), Map.of(), "weir", (failed, asked, thrown) -> {}),
                        Plans.NONE,
                        current,
                        () -> Client.NONE,
                        nobodys -> {},
                        monitor,
                        SetTicker.anywhere());
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        Operation operation = new Operation(() -> Client.NONE);
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            for (int round = 0; round < 5; round++) {
                long before = threads.getThreadAllocatedBytes(self);
                for (int i = 0; i < CALLS; i++) {
                    gate.limiter().tryAcquire("orders", id.apply(i));
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
        }
        return least / CALLS;
    }

    /**
     * The key (16 bytes), its text (24), and the characters of that (16 and one each, rounded up to
     * 8); the array of arguments (24) unless the compiler sees through it.
     */
    @Test
    void aKeyMadeOfAnId() {
        KeySource global = new KeySource(KeySource.Kind.GLOBAL, "");
        String[] plain = new String[CALLS];
        String[] address = new String[CALLS];
        Long[] number = new Long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            number[i] = 1_000_000L + i;
            plain[i] = "product-" + number[i];
            address[i] = "product:" + number[i];
        }
        // none:1000042
        assertThat(allocatedByTheGate(KeySource.CLIENT, i -> number[i])).isBetween(72L, 96L);
        // none:product-1000042
        assertThat(allocatedByTheGate(KeySource.CLIENT, i -> plain[i])).isBetween(80L, 104L);
        // global=:product-1000042
        assertThat(allocatedByTheGate(global, i -> plain[i])).isBetween(80L, 104L);
        // none:product%3A1000042, and its characters once more (40) before they are a text
        assertThat(allocatedByTheGate(KeySource.CLIENT, i -> address[i])).isBetween(120L, 144L);
    }
}
