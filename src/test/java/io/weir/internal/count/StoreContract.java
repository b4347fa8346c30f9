package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store promises. One class; each store and engine runs all of it. */
public abstract class StoreContract {

    private static final AtomicInteger NAMES = new AtomicInteger();

    /** Windows long enough that no real clock ends one during a test. */
    protected static final Duration HOUR = Duration.ofHours(1);

    protected static final Key ADA = Key.ofClient("203.0.113.7");
    protected static final Key BOB = Key.ofClient("203.0.113.8");

    /** The store under test; each call of a test may use the same one. */
    protected abstract Store store();

    /** A second node's view of the same counts, or the same store. */
    protected Store otherNode() {
        return store();
    }

    /** How the store is made to use the engine under test. */
    protected abstract Policy engine(Policy policy);

    /** Whether the engine counts this policy at all; the others are covered elsewhere. */
    protected boolean supports(Policy policy) {
        return true;
    }

    /** Lets time pass for the store. */
    protected abstract void pass(Duration time) throws InterruptedException;

    protected static Limit sliding(long permits, Duration window) {
        return new Limit.SlidingWindow(permits, window);
    }

    protected static Limit bucket(long permits, Duration window, long burst) {
        return new Limit.TokenBucket(permits, window, burst);
    }

    /** For a day that no real clock ends during a test: it is noon there. */
    protected static Limit quota(long permits) {
        int hours = 12 - LocalTime.now(ZoneOffset.UTC).getHour();
        return new Limit.CalendarQuota(permits, Limit.Period.DAY, ZoneOffset.ofHours(hours));
    }

    /** A policy that no other test has used. */
    protected final Policy policy(Limit... limits) {
        return engine(Policy.of("contract_" + NAMES.incrementAndGet(), limits));
    }

    /** The same policy with other numbers of permits. */
    private static Policy changed(Policy p, Limit... limits) {
        return Policies.like(p).limits(limits).policy();
    }

    private List<Policy> eachKind(long permits) {
        List<Policy> policies = new ArrayList<>();
        for (Policy p :
                List.of(
                        policy(sliding(permits, HOUR)),
                        policy(bucket(1, HOUR, permits)),
                        policy(sliding(permits + 5, HOUR), bucket(1, HOUR, permits)),
                        policy(quota(permits)),
                        policy(bucket(1, HOUR, permits + 5), quota(permits)))) {
            if (supports(p)) {
                policies.add(p);
            }
        }
        return policies;
    }

    private Decision take(Policy policy, Key key) throws Exception {
        return take(policy, key, 1);
    }

    private Decision take(Policy policy, Key key, long cost) throws Exception {
        return store().tryAcquire(policy, key, cost).decision();
    }

    @Test
    void admitsExactlyThePermitsThenRefuses() throws Exception {
        for (Policy policy : eachKind(3)) {
            for (int i = 0; i < 3; i++) {
                assertThat(take(policy, ADA)).isInstanceOf(Decision.Admitted.class);
            }
            assertThat(take(policy, ADA)).isInstanceOf(Decision.Refused.class);
            assertThat(take(policy, BOB)).isInstanceOf(Decision.Admitted.class);
        }
    }

    @Test
    void aRefusalSaysWhichLimitAndHowLong() throws Exception {
        for (Policy policy : eachKind(1)) {
            take(policy, ADA);
            Decision.Refused refused = (Decision.Refused) take(policy, ADA);
            assertThat(refused.retryAfter())
                    .isPositive()
                    .isLessThanOrEqualTo(policy.fullAfter())
                    .isGreaterThan(atLeast(policy));
            int last = policy.limits().size() - 1;
            assertThat(refused.violated()).containsExactly(policy.limitName(last));
            assertThat(refused.limits()).hasSameSizeAs(policy.limits());
            LimitState state = refused.limits().get(last);
            assertThat(state.name()).isEqualTo(policy.limitName(last));
            assertThat(state.permits()).isEqualTo(1);
            assertThat(state.remaining()).isZero();
            assertThat(state.untilNext()).isEqualTo(refused.retryAfter());
        }
    }

    private static Duration atLeast(Policy policy) {
        boolean quota = policy.limits().stream().anyMatch(Limit.CalendarQuota.class::isInstance);
        return quota ? Duration.ofHours(10) : policy.fullAfter().minusMinutes(10);
    }

    @Test
    void refusedCallsDoNotCount() throws Exception {
        Policy policy = policy(sliding(2, HOUR), bucket(1, HOUR, 5));
        if (!supports(policy)) {
            return;
        }
        for (int i = 0; i < 100; i++) {
            take(policy, ADA);
        }
        assertThat(store().peek(policy, ADA).get(1).remaining()).isEqualTo(3);
    }

    @Test
    void allLimitsAdmitOrNoneCounts() throws Exception {
        Policy policy = policy(sliding(5, HOUR), bucket(1, HOUR, 2));
        if (!supports(policy)) {
            return;
        }
        assertThat(take(policy, ADA, 2)).isInstanceOf(Decision.Admitted.class);
        assertThat(take(policy, ADA)).isInstanceOf(Decision.Refused.class);
        assertThat(store().peek(policy, ADA))
                .extracting(LimitState::remaining)
                .containsExactly(3L, 0L);
    }

    @Test
    void aCostIsTakenWholeOrNotAtAll() throws Exception {
        for (Policy policy : eachKind(5)) {
            assertThat(take(policy, ADA, 3)).isInstanceOf(Decision.Admitted.class);
            assertThat(take(policy, ADA, 3)).isInstanceOf(Decision.Refused.class);
            assertThat(take(policy, ADA, 2)).isInstanceOf(Decision.Admitted.class);
            assertThat(take(policy, ADA, 1)).isInstanceOf(Decision.Refused.class);
        }
    }

    @Test
    void aCostAboveTheCapacityIsImpossibleAndTakesNothing() throws Exception {
        for (Policy policy : eachKind(2)) {
            assertThat(take(policy, ADA, 3)).isInstanceOf(Decision.Impossible.class);
            assertThat(take(policy, ADA, 2)).isInstanceOf(Decision.Admitted.class);
        }
    }

    @Test
    void aCostBelowOneIsAMistake() {
        Policy policy = policy(sliding(2, HOUR));
        for (long cost : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> store().tryAcquire(policy, ADA, cost))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Long.toString(cost));
        }
    }

    @Test
    void peekTellsAndNeverTakes() throws Exception {
        for (Policy policy : eachKind(4)) {
            LimitState unused = last(store().peek(policy, ADA));
            assertThat(unused.remaining()).isEqualTo(4);
            assertThat(unused.permits()).isEqualTo(4);
            assertThat(unused.untilNext()).isZero();
            take(policy, ADA);
            for (int i = 0; i < 3; i++) {
                LimitState used = last(store().peek(policy, ADA));
                assertThat(used.remaining()).isEqualTo(3);
                assertThat(used.untilNext()).isPositive();
            }
        }
    }

    private static LimitState last(List<LimitState> states) {
        return states.get(states.size() - 1);
    }

    @Test
    void resetForgetsOneKeyOnly() throws Exception {
        for (Policy policy : eachKind(1)) {
            take(policy, ADA);
            take(policy, BOB);
            store().reset(policy, ADA);
            assertThat(take(policy, ADA)).isInstanceOf(Decision.Admitted.class);
            assertThat(take(policy, BOB)).isInstanceOf(Decision.Refused.class);
        }
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() throws Exception {
        for (Policy kind : eachKind(2)) {
            Policy policy = Policies.like(kind).givesBack(true).policy();
            if (supports(policy)) {
                take(policy, ADA);
                Outcome second = store().tryAcquire(policy, ADA, 1);
                assertThat(take(policy, ADA)).isInstanceOf(Decision.Refused.class);
                second.receipt().giveBack();
                assertThat(take(policy, ADA)).isInstanceOf(Decision.Admitted.class);
                assertThat(take(policy, ADA)).isInstanceOf(Decision.Refused.class);
            }
        }
    }

    @Test
    void whatIsSettledCountsInThePlaceOfTheEstimate() throws Exception {
        for (Policy kind : eachKind(10)) {
            Policy policy = Policies.like(kind).countWhen(CountWhen.SETTLED).policy();
            if (supports(policy)) {
                store().tryAcquire(policy, ADA, 6).receipt().settle(2);
                assertThat(last(otherNode().peek(policy, ADA)).remaining()).isEqualTo(8);
                store().tryAcquire(policy, ADA, 3).receipt().settle(7);
                assertThat(last(otherNode().peek(policy, ADA)).remaining()).isEqualTo(1);
                Outcome debt = store().tryAcquire(policy, ADA, 1);
                assertThat(debt.decision()).isInstanceOf(Decision.Admitted.class);
                debt.receipt().settle(5);
                assertThat(last(otherNode().peek(policy, ADA)).remaining()).isZero();
                assertThat(otherNode().tryAcquire(policy, ADA, 1).decision())
                        .isInstanceOf(Decision.Refused.class);
            }
        }
    }

    /** Fewer than the policy has, as many, and more: whatever that refuses, and on both nodes. */
    @Test
    void aCandidateIsAskedAsIfItWereAlone() throws Exception {
        for (Policy policy : eachKind(4)) {
            for (Limit limit :
                    List.of(
                            sliding(2, HOUR),
                            sliding(4, HOUR),
                            sliding(7, HOUR),
                            bucket(1, HOUR, 7),
                            quota(2))) {
                Policy candidate = candidate(policy, limit);
                Key key = Key.ofClient("203.0.113.7", limit + " beside " + policy.limits());
                long most = limit instanceof Limit.TokenBucket b ? b.burst() : limit.permits();
                int admitted = 0;
                for (int i = 0; i < 10; i++) {
                    Store node = i % 2 == 0 ? store() : otherNode();
                    Store.Both both = node.tryAcquire(policy, candidate, key, 1, node.budget());
                    boolean refuses = both.candidate().decision() instanceof Decision.Refused;
                    assertThat(refuses).as("%s, call %s", key, i).isEqualTo(i >= most);
                    admitted += both.outcome().decision() instanceof Decision.Admitted ? 1 : 0;
                }
                assertThat(admitted).as("%s", key).isEqualTo(4);
            }
        }
    }

    private static Policy candidate(Policy of, Limit limit) {
        return Policies.like(of)
                .name(of.name() + "\ncandidate")
                .limits(limit)
                .engine(Engine.SCRIPT)
                .policy();
    }

    @Test
    void aChangedNumberOfPermitsKeepsThePermitsUsed() throws Exception {
        Policy ten = policy(sliding(10, HOUR));
        for (int i = 0; i < 6; i++) {
            take(ten, ADA);
        }
        Policy four = changed(ten, sliding(4, HOUR));
        assertThat(take(four, ADA)).isInstanceOf(Decision.Refused.class);
        Policy eight = changed(ten, sliding(8, HOUR));
        assertThat(take(eight, ADA)).isInstanceOf(Decision.Admitted.class);
        assertThat(take(eight, ADA)).isInstanceOf(Decision.Admitted.class);
        assertThat(take(eight, ADA)).isInstanceOf(Decision.Refused.class);

        Policy quotaTen = policy(quota(10));
        if (supports(quotaTen)) {
            take(quotaTen, ADA, 6);
            Policy quotaEight = changed(quotaTen, quota(8));
            assertThat(take(quotaEight, ADA, 2)).isInstanceOf(Decision.Admitted.class);
            assertThat(take(quotaEight, ADA)).isInstanceOf(Decision.Refused.class);
        }

        Policy burstTen = policy(bucket(1, HOUR, 10));
        if (supports(burstTen)) {
            take(burstTen, ADA, 6);
            Policy burstEight = changed(burstTen, bucket(2, HOUR, 8));
            assertThat(take(burstEight, ADA, 2)).isInstanceOf(Decision.Admitted.class);
            assertThat(take(burstEight, ADA)).isInstanceOf(Decision.Refused.class);
        }
    }

    @Test
    void admittedAtRetryAfterAndNotBefore() throws Exception {
        Duration window = Duration.ofSeconds(2);
        for (Policy policy :
                List.of(policy(sliding(2, window)), policy(bucket(2, window.multipliedBy(2), 1)))) {
            if (supports(policy)) {
                while (take(policy, ADA) instanceof Decision.Admitted) {
                    continue;
                }
                Decision.Refused refused = (Decision.Refused) take(policy, ADA);
                pass(refused.retryAfter().dividedBy(2));
                assertThat(take(policy, ADA)).isInstanceOf(Decision.Refused.class);
                pass(((Decision.Refused) take(policy, ADA)).retryAfter());
                assertThat(take(policy, ADA)).isInstanceOf(Decision.Admitted.class);
            }
        }
    }

    @Test
    void hostileKeysStayApart() throws Exception {
        Policy policy = policy(sliding(1, HOUR));
        String longId = "x".repeat(100_000);
        List<Key> keys =
                List.of(
                        Key.ofClient("a{b"),
                        Key.ofClient("a}b"),
                        Key.ofClient("a{}b"),
                        Key.ofClient("a", "b"),
                        Key.ofClient("a:b"),
                        Key.ofClient("a", ""),
                        Key.ofClient("a", (String) null),
                        Key.ofClient("a", "null"),
                        Key.ofClient("\r\n\0"),
                        Key.ofClient("*?[]\\"),
                        Key.ofClient("é"),
                        Key.ofClient("e\u0301"),
                        Key.ofClient("\uD800"),
                        Key.ofClient("\uDC00"),
                        Key.ofClient("?"),
                        Key.ofClient("a", longId + "1"),
                        Key.ofClient("a", longId + "2"));
        for (Key key : keys) {
            assertThat(take(policy, key)).as("%s", key).isInstanceOf(Decision.Admitted.class);
        }
        for (Key key : keys) {
            assertThat(take(policy, key)).as("%s", key).isInstanceOf(Decision.Refused.class);
        }
    }

    @Test
    void threadsThatStartTogetherGetExactlyThePermits() throws Exception {
        for (Policy policy : eachKind(50)) {
            assertThat(admittedBy(32, 10, policy, ADA)).isEqualTo(50);
        }
    }

    @Test
    void theFirstRequestOfAKeyIsCountedOnceForEachThread() throws Exception {
        Policy policy = policy(sliding(7, HOUR));
        for (int round = 0; round < 5; round++) {
            Key key = Key.ofClient("new", "client " + round);
            assertThat(admittedBy(32, 1, policy, key)).isEqualTo(7);
        }
    }

    /** Threads that start together, on two nodes in turn; answers how many calls were admitted. */
    protected final int admittedBy(int threads, int callsEach, Policy policy, Key key)
            throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        Set<Object> kinds = ConcurrentHashMap.newKeySet();
        AtomicInteger admitted = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Store node = t % 2 == 0 ? store() : otherNode();
                done.add(
                        executor.submit(
                                () -> {
                                    start.await();
                                    for (int i = 0; i < callsEach; i++) {
                                        Decision d = node.tryAcquire(policy, key, 1).decision();
                                        kinds.add(d.getClass());
                                        if (d instanceof Decision.Admitted) {
                                            admitted.incrementAndGet();
                                        }
                                    }
                                    return null;
                                }));
            }
            start.countDown();
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(kinds)
                .isSubsetOf(Arrays.asList(Decision.Admitted.class, Decision.Refused.class));
        return admitted.get();
    }
}
