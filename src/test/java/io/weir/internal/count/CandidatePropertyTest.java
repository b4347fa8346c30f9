package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.internal.guard.Terms;
import io.weir.testing.Policies;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A candidate says what its limits alone would have decided, and changes no decision. */
class CandidatePropertyTest {

    private static final List<Key> KEYS =
            List.of(Key.ofClient("203.0.113.7"), Key.ofClient("203.0.113.8"));

    private static List<Limit> limits(Random random) {
        Limit window =
                new Limit.SlidingWindow(
                        5 + random.nextInt(20), Duration.ofSeconds(1 + random.nextInt(5)));
        Limit bucket =
                new Limit.TokenBucket(
                        1 + random.nextInt(9),
                        Duration.ofSeconds(1 + random.nextInt(5)),
                        5 + random.nextInt(9));
        Limit quota =
                new Limit.CalendarQuota(
                        5 + random.nextInt(50), Limit.Period.DAY, ZoneId.of("Europe/Paris"));
        return switch (random.nextInt(4)) {
            case 0 -> List.of(window);
            case 1 -> List.of(bucket);
            case 2 -> List.of(quota);
            default -> List.of(window, bucket);
        };
    }

    private static Policy policy(Random random) {
        return Policies.named("search")
                .limits(limits(random).toArray(Limit[]::new))
                .engine(random.nextBoolean() ? Engine.SCRIPT : Engine.RRATELIMITER)
                .onOutage(OnOutage.values()[random.nextInt(OnOutage.values().length)])
                .countWhen(random.nextBoolean() ? CountWhen.ALWAYS : CountWhen.SETTLED)
                .policy();
    }

    /** A node, and what it shares with others. */
    private static final class Node {
        private final SetTicker ticker;
        private final CountedThere there;
        private final CountingStore store;

        Node(long origin, boolean shared) {
            ticker = new SetTicker(origin);
            ticker.setDate(Instant.parse("2026-03-28T22:59:30Z"));
            there = new CountedThere(new CountingStore(1_000, ticker, () -> {}));
            Breaker breaker = new Breaker(ticker, 2, new Silent());
            store =
                    shared
                            ? new CountingStore(
                                    1_000, ticker, () -> {}, there, breaker, Duration.ofSeconds(1))
                            : new CountingStore(1_000, ticker, () -> {});
            store.probe(() -> new Heartbeat(1, false, Duration.ZERO));
        }
    }

    @Property(tries = 300)
    void itIsAskedAsIfItWereAlone(@ForAll long seed, @ForAll boolean shared) {
        Random random = new Random(seed);
        Policy policy = policy(random);
        Policy candidate = Terms.Candidate.of(policy, limits(random), List.of()).policy();
        long origin = SetTicker.anywhere().nanoTime();
        Node tried = new Node(origin, shared);
        Node alone = new Node(origin, shared);
        Node without = new Node(origin, shared);
        List<Node> all = List.of(tried, alone, without);
        for (int step = 0; step < 200; step++) {
            long passes =
                    random.nextInt(4) == 0 ? random.nextInt(2_000_000_000) : random.nextInt(1_000);
            all.forEach(node -> node.ticker.advance(passes));
            Key key = KEYS.get(random.nextInt(2));
            long cost = 1 + random.nextInt(3);
            long actual = random.nextInt(5);
            Store.Both both =
                    tried.store.tryAcquire(policy, candidate, key, cost, tried.store.budget());
            Outcome is = without.store.tryAcquire(policy, key, cost);
            Outcome would = alone.store.tryAcquire(candidate, key, cost);
            String at = "seed %s, step %s, %s beside %s".formatted(seed, step, candidate, policy);
            assertThat(kind(both.outcome())).as(at).isEqualTo(kind(is));
            assertThat(kind(both.candidate())).as("candidate, " + at).isEqualTo(kind(would));
            for (Outcome each : List.of(both.outcome(), both.candidate(), is, would)) {
                each.receipt().settle(actual);
            }
        }
    }

    private static String kind(Outcome outcome) {
        return outcome.decision() instanceof Decision.Refused refused
                ? outcome.decidedBy() + " refused for " + refused.retryAfter()
                : outcome.decidedBy() + " " + outcome.decision().getClass().getSimpleName();
    }
}
