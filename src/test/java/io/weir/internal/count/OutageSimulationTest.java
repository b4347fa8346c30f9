package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Nodes behind one store that goes away and comes back, on a clock that is set: how much a greedy
 * client gets in its best window, and how often an honest one is refused. The nodes are what is
 * deployed; the shared store is a local one with a cable.
 */
class OutageSimulationTest {

    private static final int LIMIT = 100;
    private static final long WINDOW = 60_000;
    private static final long STEP = 100;
    private static final long BEAT = 500;
    private static final Key GREEDY = Key.ofClient("203.0.113.7");
    private static final Key HONEST = Key.ofClient("203.0.113.8");

    /** One request every 750 ms: four fifths of the limit. */
    private static final long HONEST_EVERY = WINDOW * 10 / (LIMIT * 8);

    private static final int[] NODES = {2, 3, 5, 10};

    /** When the store is away, from the beginning of the trouble, in milliseconds. */
    private enum Trouble {
        SHORT("5 s", 1, 5_000, 0),
        WINDOW_LONG("60 s", 1, 60_000, 0),
        LONG("300 s", 1, 300_000, 0),
        FLAPPING("six of 5 s", 6, 5_000, 5_000);

        final String label;
        final int times;
        final long away;
        final long back;

        Trouble(String label, int times, long away, long back) {
            this.label = label;
            this.times = times;
            this.away = away;
            this.back = back;
        }

        long length() {
            return times * (away + back);
        }

        boolean isAway(long at) {
            return at >= 0 && at < length() && at % (away + back) < away;
        }

        boolean begins(long at) {
            return at >= 0 && at < length() && at % (away + back) == 0;
        }
    }

    private enum Kind {
        COLD,
        LOCAL,
        LOCAL_SHARE
    }

    /** What one run has shown. */
    private record Seen(int greedy, int refused, int asked) {

        Seen worse(Seen other) {
            boolean more = refused * (long) other.asked >= other.refused * (long) asked;
            return new Seen(
                    Math.max(greedy, other.greedy),
                    more ? refused : other.refused,
                    more ? asked : other.asked);
        }

        String honest() {
            return refused == 0 ? "0" : refused + " of " + asked;
        }
    }

    /** A store that all nodes share, and that can be away and forget. */
    private static final class Shared implements SharedCounts {
        private final SetTicker ticker;
        private final Map<Integer, Long> beats = new HashMap<>();
        private CountingStore counts;
        private boolean up = true;

        Shared(SetTicker ticker) {
            this.ticker = ticker;
            this.counts = new CountingStore(1_000, ticker, () -> {});
        }

        void forget() {
            counts = new CountingStore(1_000, ticker, () -> {});
            beats.clear();
        }

        private void reach() throws StoreUnavailableException {
            if (!up) {
                throw new StoreUnavailableException("away", null);
            }
        }

        Heartbeat beat(int node, boolean known) throws StoreUnavailableException {
            reach();
            boolean lost = known && !beats.containsKey(node);
            long now = ticker.nanoTime();
            beats.put(node, now);
            long alive = Duration.ofSeconds(5).toNanos();
            int living = (int) beats.values().stream().filter(at -> now - at < alive).count();
            return new Heartbeat(living, lost, Duration.ZERO);
        }

        @Override
        public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
                throws StoreUnavailableException {
            reach();
            return new Answer(counts.tryAcquire(policy, key, cost).decision(), null);
        }

        @Override
        public boolean countsDebts(Policy policy) {
            return false;
        }

        @Override
        public Decision peek(Policy policy, Key key, long cost, long budget)
                throws StoreUnavailableException {
            reach();
            return counts.preview(policy, key, cost).decision();
        }

        @Override
        public void reset(Policy policy, Key key) throws StoreUnavailableException {
            reach();
            counts.reset(policy, key);
        }
    }

    private static final class Node {
        private final int number;
        private final Shared shared;
        private final Breaker breaker;
        private final Store store;
        private final Policy policy;
        private boolean known;

        Node(int number, Shared shared, SetTicker ticker, Kind kind) {
            this.number = number;
            this.shared = shared;
            breaker = new Breaker(ticker, 1, new Silent());
            Limit limit = new Limit.SlidingWindow(LIMIT, Duration.ofMillis(WINDOW));
            Policy base = Policy.of("simulated", limit);
            policy =
                    Policies.like(base)
                            .cost(1)
                            .onOutage(
                                    kind == Kind.LOCAL_SHARE
                                            ? OnOutage.LOCAL_SHARE
                                            : OnOutage.LOCAL)
                            .givesBack(false)
                            .policy();
            store =
                    kind == Kind.COLD
                            ? new Cold(shared, breaker, ticker)
                            : new CountingStore(
                                    1_000,
                                    ticker,
                                    () -> {},
                                    shared,
                                    breaker,
                                    Duration.ofMillis(50));
        }

        void beat() {
            Breaker.Probe probe = () -> shared.beat(number, known);
            known |= store instanceof CountingStore node ? node.probe(probe) : breaker.probe(probe);
        }

        boolean admits(Key key) {
            return store.tryAcquire(policy, key, 1).decision() instanceof Decision.Admitted;
        }
    }

    /** What is usually written by hand: a fresh map whenever the shared store is away. */
    private static final class Cold implements Store {
        private final Shared shared;
        private final Breaker breaker;
        private final SetTicker ticker;
        private CountingStore fallback;

        Cold(Shared shared, Breaker breaker, SetTicker ticker) {
            this.shared = shared;
            this.breaker = breaker;
            this.ticker = ticker;
            this.fallback = new CountingStore(1_000, ticker, () -> {});
        }

        @Override
        public Outcome tryAcquire(Policy policy, Key key, long cost, WaitBudget budget) {
            if (breaker.asksPrimary() && !breaker.pauses()) {
                try {
                    SharedCounts.Answer answer = shared.take(policy, key, cost, List.of(), 1);
                    breaker.answered(true);
                    fallback = new CountingStore(1_000, ticker, () -> {});
                    return new Outcome(answer.decision(), DecidedBy.REDIS, Receipt.NOTHING);
                } catch (StoreUnavailableException e) {
                    breaker.failed(e);
                }
            }
            return fallback.tryAcquire(policy, key, cost);
        }

        @Override
        public WaitBudget budget() {
            return new WaitBudget(Duration.ZERO);
        }

        @Override
        public List<LimitState> peek(Policy policy, Key key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reset(Policy policy, Key key) {
            throw new UnsupportedOperationException();
        }
    }

    /**
     * One run: two windows of peace, the trouble, two windows of peace.
     *
     * @param phase how long before the trouble the greedy client's permits came back
     */
    private static Seen run(
            Kind kind, int n, Trouble trouble, boolean forgets, boolean changes, long phase) {
        SetTicker ticker = SetTicker.anywhere();
        Shared shared = new Shared(ticker);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            nodes.add(new Node(i, shared, ticker, kind));
        }
        nodes.forEach(Node::beat);
        nodes.forEach(Node::beat); // each has seen all others before the first request
        List<Long> admitted = new ArrayList<>();
        int refused = 0;
        int asked = 0;
        int turn = 0;
        long peace = 2 * WINDOW + phase;
        for (long now = 0; now < peace + trouble.length() + 2 * WINDOW; now += STEP) {
            shared.up = !trouble.isAway(now - peace);
            if (forgets && trouble.begins(now - peace)) {
                shared.forget();
            }
            for (int i = 0; i < n; i++) {
                if ((now + i * STEP) % BEAT == 0) {
                    nodes.get(i).beat();
                }
            }
            for (Node node : changes ? nodes : nodes.subList(0, 1)) {
                while (node.admits(GREEDY)) {
                    admitted.add(now);
                }
            }
            if (now % HONEST_EVERY < STEP) {
                asked++;
                refused += nodes.get(changes ? turn++ % n : 0).admits(HONEST) ? 0 : 1;
            }
            ticker.advance(Duration.ofMillis(STEP).toNanos());
        }
        return new Seen(inWorstWindow(admitted), refused, asked);
    }

    private static int bound(Kind kind, int n) {
        return switch (kind) {
            case COLD -> Integer.MAX_VALUE;
            case LOCAL -> n * LIMIT;
            case LOCAL_SHARE -> 2 * LIMIT + n;
        };
    }

    private static int inWorstWindow(List<Long> times) {
        int worst = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= WINDOW) {
                first++;
            }
            worst = Math.max(worst, last - first + 1);
        }
        return worst;
    }

    /** The worst over where in the greedy client's window the trouble begins. */
    private static Seen worst(Kind kind, int n, Trouble trouble, boolean forgets, boolean changes) {
        Seen worst = new Seen(0, 0, 1);
        for (long phase : new long[] {0, 20_000, 40_000, 59_500}) {
            worst = worst.worse(run(kind, n, trouble, forgets, changes, phase));
        }
        return worst;
    }

    @Test
    void theTableInTheDocumentationIsWhatTheSimulationPrints() throws IOException {
        StringBuilder table =
                new StringBuilder(
                        """
                        | nodes | away | comes back | client | cold: greedy | honest refused | LOCAL: greedy | honest refused | LOCAL_SHARE: greedy | honest refused |
                        |---|---|---|---|---|---|---|---|---|---|
                        """);
        List<String> beyond = new ArrayList<>();
        for (int n : NODES) {
            for (Trouble trouble : Trouble.values()) {
                for (boolean forgets : new boolean[] {false, true}) {
                    for (boolean changes : new boolean[] {false, true}) {
                        table.append(
                                "| %d | %s | %s | %s |"
                                        .formatted(
                                                n,
                                                trouble.label,
                                                forgets ? "empty" : "full",
                                                changes ? "changes" : "stays"));
                        for (Kind kind : Kind.values()) {
                            Seen seen = worst(kind, n, trouble, forgets, changes);
                            table.append(" %d | %s |".formatted(seen.greedy(), seen.honest()));
                            if (seen.greedy() > bound(kind, n)) {
                                beyond.add(
                                        kind
                                                + " "
                                                + seen
                                                + " in "
                                                + table.substring(table.lastIndexOf("\n") + 1));
                            }
                        }
                        table.append('\n');
                    }
                }
            }
        }
        assertThat(beyond).isEmpty();
        Path printed = Path.of("target", "outage-simulation.md");
        Files.writeString(printed, table);
        assertThat(Files.readString(Path.of("docs", "outage.md")))
                .as("docs/outage.md has the table of " + printed)
                .contains(table);
    }
}
