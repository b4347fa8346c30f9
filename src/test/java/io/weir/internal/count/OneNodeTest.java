package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One node never admits more than the policy promises in any window since the last reset that it
 * has read, whatever the shared counts forget, fail or answer late. Random policies, costs, times
 * and keys; a failure says its seed.
 */
class OneNodeTest {

    private static final Duration DEADLINE = Duration.ofMillis(2);
    private static final int DECISIONS_OF_A_RUN = 400;

    /** The kinds of policies. */
    enum Kind {
        WINDOW,
        BUCKET,
        WINDOW_AND_BUCKET,
        TWO_WINDOWS,
        THREE_LIMITS,
        QUOTA,
        QUOTA_AND_OTHERS
    }

    @ParameterizedTest
    @EnumSource
    void neverAdmitsMoreThanThePolicyPromises(Kind kind) {
        many(kind, 20_000);
    }

    @Tag("heavy")
    @ParameterizedTest
    @EnumSource
    void aMillionDecisionsOfEachKind(Kind kind) {
        many(kind, 1_000_000);
    }

    private static void many(Kind kind, int decisions) {
        long first = new Random().nextLong();
        for (int run = 0; run < decisions / DECISIONS_OF_A_RUN; run++) {
            new Run(kind, first + run).decide(DECISIONS_OF_A_RUN);
        }
    }

    /** A seed that failed once, or that one wants to look at. */
    @Test
    void aRunCanBeRepeated() {
        for (Kind kind : Kind.values()) {
            assertThat(new Run(kind, 42).decide(DECISIONS_OF_A_RUN))
                    .isEqualTo(new Run(kind, 42).decide(DECISIONS_OF_A_RUN));
        }
    }

    /** What this node has admitted of one key and limit, and what of that still counts. */
    private static final class Truth {
        private final Limit limit;
        private final Deque<long[]> admitted = new ArrayDeque<>();
        private long used;
        private final Map<Long, Long> periods = new HashMap<>();
        private long level;
        private long at;

        Truth(Limit limit, long now) {
            this.limit = limit;
            this.at = now;
        }

        /** Whether the policy promises that this is not too much. */
        boolean admits(long cost, long now, Instant date) {
            if (limit instanceof Limit.CalendarQuota quota) {
                long begin = Period.at(quota, date.getEpochSecond()).begin();
                return periods.merge(begin, cost, Long::sum) <= quota.permits();
            }
            long window = limit.window().toNanos();
            if (limit instanceof Limit.TokenBucket bucket) {
                long gone =
                        (now - at) > level / bucket.permits()
                                ? level
                                : (now - at) * bucket.permits();
                level += cost * window - gone;
                at = now;
                return level <= bucket.burst() * window;
            }
            admitted.add(new long[] {now, cost});
            used += cost;
            while (now - admitted.peek()[0] >= window) {
                used -= admitted.poll()[1];
            }
            return used <= limit.permits();
        }

        void forget(long moment) {
            level = 0;
            periods.clear();
            while (!admitted.isEmpty() && admitted.peek()[0] - moment < 0) {
                used -= admitted.poll()[1];
            }
        }
    }

    /** One node, its clock, and counts that others share. */
    private static final class Run {
        private final Random random;
        private final long seed;
        private final Kind kind;
        private final SetTicker ticker;
        private final Policy policy;
        private final Map<Key, List<Truth>> truths = new HashMap<>();
        private final List<Key> keys =
                List.of(Key.ofClient("a"), Key.ofClient("b"), Key.ofClient("c"));
        private final Breaker breaker;
        private final Hostile shared;
        private final CountingStore store;
        private final List<SharedCounts.Mark> marks = new ArrayList<>();
        private final StringBuilder story = new StringBuilder();
        private int depth;
        private int nested;
        private long alonePermits;
        private long toldPermits;

        Run(Kind kind, long seed) {
            this.kind = kind;
            this.seed = seed;
            random = new Random(seed);
            ticker = new SetTicker(random.nextLong());
            ticker.setDate(Instant.ofEpochSecond(random.nextLong(4_000_000_000L)));
            shared = new Hostile();
            policy = policy();
            breaker = new Breaker(ticker, 1 + random.nextInt(3), new Silent());
            store = new CountingStore(1_000, ticker, () -> {}, shared, breaker, DEADLINE);
            beat();
        }

        private Policy policy() {
            List<Limit> limits = new ArrayList<>();
            switch (kind) {
                case WINDOW -> limits.add(window(100));
                case BUCKET -> limits.add(bucket(100));
                case WINDOW_AND_BUCKET -> {
                    limits.add(window(60_000));
                    limits.add(bucket(100));
                }
                case TWO_WINDOWS -> {
                    limits.add(window(100));
                    limits.add(window(200_000));
                }
                case THREE_LIMITS -> {
                    limits.add(bucket(100));
                    limits.add(window(1_000));
                    limits.add(window(86_000_000));
                }
                case QUOTA -> limits.add(quota());
                case QUOTA_AND_OTHERS -> {
                    limits.add(quota());
                    limits.add(window(1_000));
                    limits.add(bucket(100));
                }
            }
            OnOutage[] modes = {OnOutage.LOCAL, OnOutage.LOCAL_SHARE, OnOutage.FAIL_CLOSED};
            return Policies.named("p")
                    .limits(limits.toArray(Limit[]::new))
                    .onOutage(modes[random.nextInt(modes.length)])
                    .engine(random.nextBoolean() ? Engine.SCRIPT : Engine.RRATELIMITER)
                    .countWhen(CountWhen.ALWAYS)
                    .lease(random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(upTo(500)))
                    .policy();
        }

        private long upTo(long most) {
            // Small and large ones alike.
            return 1 + (long) Math.pow(most, random.nextDouble());
        }

        private Limit window(long least) {
            return new Limit.SlidingWindow(upTo(3_000), Duration.ofMillis(least + upTo(100_000)));
        }

        private Limit quota() {
            Limit.Period[] periods = Limit.Period.values();
            String[] zones = {"UTC", "Europe/Paris", "America/Havana", "Pacific/Apia", "+05:45"};
            return new Limit.CalendarQuota(
                    upTo(3_000),
                    periods[random.nextInt(periods.length)],
                    ZoneId.of(zones[random.nextInt(zones.length)]));
        }

        private Limit bucket(long least) {
            long millis = Math.min(86_400_000, least + upTo(86_400_000));
            return new Limit.TokenBucket(
                    upTo(10_000), Duration.ofMillis(millis), Math.min(10_000, upTo(10_000)));
        }

        private List<Truth> truth(Key key) {
            return truths.computeIfAbsent(
                    key,
                    k ->
                            policy.limits().stream()
                                    .map(limit -> new Truth(limit, ticker.nanoTime()))
                                    .toList());
        }

        String decide(int decisions) {
            for (int i = 0; i < decisions; i++) {
                switch (random.nextInt(20)) {
                    case 0 -> beat();
                    case 1 -> ticker.advance(upTo(policy.limits().get(0).window().toNanos()));
                    case 2, 3 -> ticker.advance(upTo(1_000_000_000));
                    case 4 -> shared.forget();
                    case 5 -> {
                        if (random.nextInt(10) == 0) {
                            resetByAnotherNode();
                        }
                    }
                    case 6 -> {
                        if (random.nextInt(20) == 0) {
                            reset(keys.get(random.nextInt(keys.size())));
                        }
                    }
                    case 7 -> shared.away = random.nextInt(3) == 0;
                    default -> {}
                }
                call();
            }
            return story.toString();
        }

        private void call() {
            Key key = keys.get(random.nextInt(keys.size()));
            long cost =
                    random.nextInt(3) == 0
                            ? Math.min(policy.capacity(), upTo(policy.capacity()))
                            : 1;
            long asked = ticker.nanoTime();
            int before = nested;
            Outcome outcome = store.tryAcquire(policy, key, cost);
            long now = ticker.nanoTime();
            story.append(outcome.decision().getClass().getSimpleName().charAt(0));
            if (nested == before) { // else the others' time is in it
                assertThat(now - asked)
                        .as("%s: time of a decision", this)
                        .isLessThanOrEqualTo(DEADLINE.toNanos());
            }
            if (outcome.decision() instanceof Decision.Admitted) {
                if (outcome.decidedBy() == DecidedBy.LOCAL) {
                    alonePermits += cost;
                }
                for (Truth truth : truth(key)) {
                    assertThat(truth.admits(cost, now, ticker.date()))
                            .as("%s: %s of %s", this, cost, truth.limit)
                            .isTrue();
                }
            } else if (outcome.decision() instanceof Decision.Refused refused) {
                assertThat(refused.retryAfter()).as("%s", this).isPositive();
            }
        }

        private void beat() {
            store.probe(
                    () -> {
                        if (shared.away) {
                            throw new StoreUnavailableException(
                                    StoreUnavailableException.Kind.NOT_COUNTED, "away");
                        }
                        List<SharedCounts.Mark> read = List.copyOf(marks);
                        marks.clear();
                        for (SharedCounts.Mark mark : read) {
                            long moment = ticker.nanoTime() - mark.age();
                            keys.stream()
                                    .filter(key -> ("p:{" + key.text() + "}").equals(mark.name()))
                                    .forEach(key -> truth(key).forEach(t -> t.forget(moment)));
                        }
                        return new Heartbeat(
                                1 + random.nextInt(3),
                                random.nextInt(10) == 0,
                                Duration.ZERO,
                                read);
                    });
        }

        private void resetByAnotherNode() {
            Key key = keys.get(random.nextInt(keys.size()));
            shared.counts.reset(policy, key);
            marks.add(new SharedCounts.Mark("p:{" + key.text() + "}", random.nextInt(400_000_000)));
        }

        private void reset(Key key) {
            try {
                store.reset(policy, key);
            } catch (StoreUnavailableException e) {
                // This node has forgotten.
            }
            truth(key).forEach(t -> t.forget(ticker.nanoTime() + 1));
        }

        @Override
        public String toString() {
            return kind + " seed " + seed + " " + policy.limits() + " " + policy.onOutage();
        }

        /** Counts that forget, fail, are late or busy, and are asked by others meanwhile. */
        private final class Hostile implements SharedCounts {
            private Local counts = new Local();
            private boolean away;

            void forget() {
                counts = new Local();
            }

            @Override
            public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
                    throws StoreUnavailableException {
                assertThat(budget).as("%s", Run.this).isBetween(1L, DEADLINE.toNanos());
                if (random.nextInt(8) == 0) {
                    forget();
                }
                int way = away ? 5 + random.nextInt(3) : random.nextInt(24);
                ticker.advance(random.nextInt(3) == 0 ? random.nextLong(budget / 4 + 1) : 0);
                if (random.nextInt(6) == 0 && depth < 2) { // another thread, meanwhile
                    depth++;
                    nested++;
                    call();
                    depth--;
                }
                if (way == 5) {
                    throw new StoreUnavailableException(
                            StoreUnavailableException.Kind.BUSY, "busy");
                }
                if (way == 6) {
                    throw new StoreUnavailableException(
                            StoreUnavailableException.Kind.NOT_COUNTED, "not sent");
                }
                for (Debt debt : debts) {
                    if (debt instanceof Debt.Runs runs) {
                        for (long count : runs.counts()) {
                            toldPermits += count;
                        }
                        assertThat(toldPermits)
                                .as("%s: told at most once", Run.this)
                                .isLessThanOrEqualTo(alonePermits * policy.limits().size());
                    }
                }
                if (way == 7) {
                    throw new StoreUnavailableException("lost on its way", null);
                }
                Decision decision = counts.take(policy, key, cost);
                if (way == 8) {
                    throw new StoreUnavailableException("its answer was lost", null);
                }
                if (way == 9) {
                    ticker.advance(budget / 2);
                    throw new StoreUnavailableException("late", null);
                }
                return new Answer(decision, null);
            }

            @Override
            public boolean countsDebts(Policy policy) {
                return policy.engine() == Engine.SCRIPT;
            }

            @Override
            public Decision peek(Policy policy, Key key, long cost, long budget) {
                throw new AssertionError("a decision does not look");
            }

            @Override
            public void reset(Policy policy, Key key) throws StoreUnavailableException {
                if (away) {
                    throw new StoreUnavailableException(
                            StoreUnavailableException.Kind.NOT_COUNTED, "away");
                }
                counts.reset(policy, key);
            }
        }

        /** Real counts. */
        private final class Local {
            private final CountingStore store = new CountingStore(1_000, ticker, () -> {});

            Decision take(Policy policy, Key key, long cost) {
                return store.tryAcquire(policy, key, cost).decision();
            }

            void reset(Policy policy, Key key) {
                try {
                    store.reset(policy, key);
                } catch (StoreUnavailableException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }
}
