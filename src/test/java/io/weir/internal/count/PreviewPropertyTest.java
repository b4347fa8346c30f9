package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.internal.guard.Terms;
import io.weir.testing.Policies;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What a store says that it would answer is what it then answers, by limits and by candidates:
 * where permits are taken ahead, where costs are settled or given back late, while another node
 * takes, and Redis comes, goes and forgets.
 */
class PreviewPropertyTest {

    private static final List<Key> KEYS =
            List.of(Key.ofClient("203.0.113.7"), Key.ofClient("203.0.113.8"));

    private final SetTicker ticker = SetTicker.anywhere();
    private final CountingStore remote = new CountingStore(1_000, ticker, () -> {});
    private final CountedThere there = new CountedThere(remote);
    private final Breaker breaker = new Breaker(ticker, 2, new Silent());
    private final CountingStore node =
            new CountingStore(1_000, ticker, () -> {}, there, breaker, Duration.ofMillis(50));
    private final List<Receipt> open = new ArrayList<>();

    private static List<Limit> limits(Random random) {
        int permits = random.nextBoolean() ? 20 + random.nextInt(300) : 3_000;
        Limit window = new Limit.SlidingWindow(permits, Duration.ofSeconds(1 + random.nextInt(3)));
        Limit bucket = new Limit.TokenBucket(permits, Duration.ofSeconds(2), permits);
        Limit quota = new Limit.CalendarQuota(permits, Limit.Period.DAY, ZoneOffset.UTC);
        return switch (random.nextInt(4)) {
            case 0 -> List.of(window);
            case 1 -> List.of(bucket);
            case 2 -> List.of(window, bucket);
            default -> List.of(quota);
        };
    }

    private static <T> T pick(Random random, T[] all) {
        return all[random.nextInt(all.length)];
    }

    /** Only windows and buckets are leased, and only of what keeps no charge open. */
    private static Policy policy(Random random) {
        List<Limit> limits = limits(random);
        boolean leases =
                random.nextBoolean()
                        && limits.stream().noneMatch(Limit.CalendarQuota.class::isInstance);
        return Policies.named("search")
                .limits(limits.toArray(Limit[]::new))
                .engine(Engine.RRATELIMITER) // what is shared here counts no debts
                .onOutage(pick(random, OnOutage.values()))
                .countWhen(leases ? CountWhen.ALWAYS : pick(random, CountWhen.values()))
                .lease(leases ? Duration.ofMillis(100) : Duration.ZERO)
                .policy();
    }

    private void beat() {
        node.probe(
                () -> {
                    if (!there.up) {
                        throw new StoreUnavailableException("cable pulled", null);
                    }
                    return new Heartbeat(2, false, Duration.ZERO);
                });
    }

    private void happens(Random random, Policy policy, Key key) throws Exception {
        switch (random.nextInt(60)) {
            case 0 -> there.up = !there.up;
            case 1 -> ticker.advance(random.nextLong(2_000_000_000L));
            case 2 -> { // Redis forgets
                if (there.up) {
                    there.reset(policy, key);
                }
            }
            case 3, 4, 5 -> { // another node
                if (there.up) {
                    there.take(policy, key, 1 + random.nextInt(9), List.of(), 0);
                }
            }
            case 6, 7, 8, 9 -> {
                if (!open.isEmpty()) {
                    Receipt one = open.remove(random.nextInt(open.size()));
                    switch (random.nextInt(3)) {
                        case 0 -> one.giveBack();
                        case 1 -> one.settle(random.nextInt(12));
                        default -> one.keep();
                    }
                }
            }
            default -> {}
        }
        ticker.advance(random.nextInt(3_000_000));
        if (random.nextInt(8) == 0) {
            beat();
        }
    }

    private static int leased;
    private static int refused;

    @Property(tries = 60)
    void whatIsSaidIsWhatIsAnswered(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        PreviewPropertyTest world = new PreviewPropertyTest();
        world.ticker.setDate(Instant.parse("2026-11-28T23:59:58Z"));
        Policy policy = policy(random);
        Policy candidate =
                Policies.like(Terms.Candidate.of(policy, limits(random), List.of()).policy())
                        .engine(Engine.RRATELIMITER) // as above
                        .policy();
        world.beat();
        for (int step = 0; step < 400; step++) {
            Key key = KEYS.get(random.nextInt(10) / 9);
            world.happens(random, policy, key);
            long cost = 1 + random.nextInt(2) * random.nextInt(3);
            world.compare(policy, candidate, key, cost, "seed %s, step %s, ".formatted(seed, step));
        }
    }

    private void compare(Policy policy, Policy candidate, Key key, long cost, String at) {
        node.preview(policy, key, cost); // which may be the first to meet an outage
        node.preview(candidate, key, cost);
        int before = there.asked;
        Outcome said = node.preview(policy, key, cost);
        boolean asks = there.asked > before;
        Outcome beside = node.preview(candidate, key, cost);
        Store.Both got = node.tryAcquire(policy, candidate, key, cost, node.budget());
        String what = at + "%s costs %s: %s".formatted(policy, cost, there.up);
        same(said, got.outcome(), what);
        same(beside, got.candidate(), what + ", candidate " + candidate);
        boolean byRedis = said.decidedBy() == DecidedBy.REDIS;
        leased += !asks && byRedis && said.decision() instanceof Decision.Admitted ? 1 : 0;
        open.add(got.outcome().receipt());
    }

    private static void same(Outcome said, Outcome got, String what) {
        String both = what + ": " + said + " but " + got;
        assertThat(said.decision()).as(both).hasSameClassAs(got.decision());
        assertThat(said.decidedBy()).as(both).isEqualTo(got.decidedBy());
        if (said.decision() instanceof Decision.Refused before
                && got.decision() instanceof Decision.Refused after) {
            refused++;
            assertThat(before.violated()).as(both).isEqualTo(after.violated());
            assertThat(before.retryAfter()).as(both).isEqualTo(after.retryAfter());
            assertThat(before.limits())
                    .extracting(LimitState::remaining)
                    .as(both)
                    .isEqualTo(after.limits().stream().map(LimitState::remaining).toList());
        }
    }

    @net.jqwik.api.lifecycle.AfterContainer
    static void theseWereMet() {
        assertThat(refused).isGreaterThan(500);
        assertThat(leased).isGreaterThan(100);
    }
}
