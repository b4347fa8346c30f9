package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * While one call is on its way others come in between, at each moment at which it reads the clock:
 * all short sequences of them, one after the other. Their clock stands still, so whatever is
 * admitted since the last reset is in one window.
 */
class InterleavedTest {

    private static final int PERMITS = 2;
    private static final Key KEY = Key.ofClient("203.0.113.7");
    private static final Key OTHER = Key.ofClient("203.0.113.8");

    private static final Policy POLICY =
            Policies.named("p")
                    .limits(new Limit.SlidingWindow(PERMITS, Duration.ofDays(1)))
                    .engine(Engine.SCRIPT)
                    .policy();

    /** Longer than what comes in between takes, unless it waits for the call. */
    private static final Duration IN_BETWEEN = Duration.ofMillis(30);

    private static ExecutorService others;

    @BeforeAll
    static void start() {
        others = Executors.newSingleThreadExecutor();
    }

    @AfterAll
    static void stop() {
        others.shutdownNow();
    }

    private enum Step {
        TAKE,
        TAKE_OTHER,
        RESET,
        RESET_OTHER,
        SWEEP
    }

    /** Admits all and remembers nothing. */
    private static final class Forgetful implements SharedCounts {

        @Override
        public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget) {
            return new Answer(new Decision.Admitted(List.of()), null);
        }

        @Override
        public boolean countsDebts(Policy policy) {
            return true;
        }

        @Override
        public Decision peek(Policy policy, Key key, long cost, long budget) {
            return new Decision.Admitted(List.of());
        }

        @Override
        public void reset(Policy policy, Key key) {}
    }

    /** One node, and what it has admitted of the key since the last reset. */
    private static final class Node {
        private final CountingStore store;
        private final Thread thread = Thread.currentThread();
        private int resets;
        private int admitted;

        /** At which reading of the clock what comes in between begins. */
        private int at = Integer.MAX_VALUE;

        private int readings;
        private List<Step> between = List.of();
        private @Nullable Future<?> running;

        /** Whether it went on beside the step, and not in between. */
        private boolean beside;

        Node(int places, boolean shared) throws Exception {
            if (shared) {
                Breaker breaker = new Breaker(this::read, 1, new Silent());
                Duration deadline = Duration.ofMillis(1);
                store =
                        new CountingStore(
                                places, this::read, () -> {}, new Forgetful(), breaker, deadline);
                store.probe(() -> new Heartbeat(1, false, Duration.ZERO));
            } else {
                store = new CountingStore(places, this::read, () -> {});
            }
        }

        private long read() {
            if (Thread.currentThread() == thread && readings++ == at) {
                running = others.submit(() -> all(between));
                try {
                    running.get(IN_BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    beside = true; // it waits for this call, or the machine is busy
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
            return 0;
        }

        private void all(List<Step> steps) {
            steps.forEach(this::step);
        }

        private void step(Step step) {
            switch (step) {
                case TAKE -> {
                    int before = resets();
                    boolean taken =
                            store.tryAcquire(POLICY, KEY, 1).decision()
                                    instanceof Decision.Admitted;
                    count(taken, before);
                }
                case TAKE_OTHER -> store.tryAcquire(POLICY, OTHER, 1);
                case RESET -> {
                    reset(KEY);
                    forget();
                }
                case RESET_OTHER -> reset(OTHER);
                case SWEEP -> store.sweep();
            }
        }

        private void reset(Key key) {
            try {
                store.reset(POLICY, key);
            } catch (StoreUnavailableException e) {
                throw new AssertionError(e);
            }
        }

        private synchronized int resets() {
            return resets;
        }

        /** What a reset came in between of may be counted before it, and be forgotten. */
        private synchronized void count(boolean taken, int before) {
            admitted += taken && resets == before ? 1 : 0;
        }

        private synchronized void forget() {
            resets++;
            admitted = 0;
        }

        /** Answers whether the moment came at all. */
        boolean run(List<Step> before, Step step, int moment, List<Step> steps) throws Exception {
            all(before);
            between = steps;
            readings = 0;
            at = moment;
            step(step);
            at = Integer.MAX_VALUE;
            Future<?> last = running;
            if (last == null) {
                return false;
            }
            last.get();
            for (int i = 0; i < PERMITS + 1; i++) {
                step(Step.TAKE);
            }
            return true;
        }

        synchronized int admitted() {
            return admitted;
        }
    }

    /** All sequences of steps that are not longer. */
    private static List<List<Step>> sequences(int longest) {
        List<List<Step>> all = new ArrayList<>();
        all.add(List.of());
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).size() < longest) {
                for (Step step : Step.values()) {
                    List<Step> longer = new ArrayList<>(all.get(i));
                    longer.add(step);
                    all.add(longer);
                }
            }
        }
        return all;
    }

    /**
     * With one place for two keys one of them shares an entry; with three neither does. (Beside
     * shared counts that forget, a shared entry promises nothing.)
     */
    @ParameterizedTest
    @CsvSource({"1, false", "3, false", "3, true"})
    void neverMoreThanTheLimitWhateverComesInBetween(int places, boolean shared) throws Exception {
        int runs = 0;
        for (List<Step> before : sequences(1)) {
            for (Step step : List.of(Step.TAKE, Step.RESET, Step.SWEEP)) {
                for (List<Step> between : sequences(2)) {
                    boolean came = !between.isEmpty();
                    for (int at = 0; came; at++) {
                        Node node = new Node(places, shared);
                        came = node.run(before, step, at, between);
                        String run = before + ", " + between + " at " + at + " of " + step;
                        assertThat(node.admitted()).as(run).isLessThanOrEqualTo(PERMITS);
                        // Beside a reset nobody knows which permits it has forgotten.
                        boolean known = step != Step.RESET || !node.beside;
                        if (came && known && places > 1 && !between.contains(Step.RESET)) {
                            assertThat(node.admitted()).as(run).isEqualTo(PERMITS);
                        }
                        runs++;
                    }
                }
            }
        }
        assertThat(runs).isGreaterThan(1_000);
    }
}
