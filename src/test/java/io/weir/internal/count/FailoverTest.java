package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The breaker on a clock that is set; a primary that is a local store with a switch. */
class FailoverTest {

    private final SetTicker ticker = SetTicker.anywhere();
    private final List<String> told = new ArrayList<>();
    private final Breaker breaker =
            new Breaker(
                    ticker,
                    3,
                    new Breaker.Listener() {
                        @Override
                        public void connected() {
                            told.add("connected");
                        }

                        @Override
                        public void lost(String reason) {
                            told.add("lost: " + reason);
                        }

                        @Override
                        public void stillLost(String reason) {
                            told.add("still lost: " + reason);
                        }

                        @Override
                        public void countsLost() {
                            told.add("counts lost");
                        }

                        @Override
                        public void skewed(Duration skew) {
                            told.add("skewed: " + skew);
                        }
                    });
    private int nodes = 1;
    private boolean countsLost;
    private Duration skew = Duration.ZERO;
    private final List<Mark> marks = new ArrayList<>();
    private final CountingStore remote = new CountingStore(100, ticker, () -> {});
    private final CountedThere there = new CountedThere(remote);
    private final CountingStore store = node(100, there);
    private final Policy policy =
            Policy.of("p", new Limit.SlidingWindow(1_000, Duration.ofHours(1)));
    private final Key key = Key.ofClient("203.0.113.7");

    private CountingStore node(int maxKeys, CountedThere shared) {
        return new CountingStore(maxKeys, ticker, () -> {}, shared, breaker, Duration.ofMillis(50));
    }

    private record Mark(String name, long moment) {}

    /** By another node, which says so. */
    private void resetElsewhere(Policy policy) throws Exception {
        remote.reset(policy, key);
        marks.add(new Mark(policy.name() + ":{" + key.text() + "}", ticker.nanoTime()));
    }

    private long leftHere(Policy policy) {
        return store.peekHere(policy, key).get(0).remaining();
    }

    private DecidedBy call() throws Exception {
        return store.tryAcquire(policy, key, 1).decidedBy();
    }

    private boolean probe() {
        return store.probe(
                () -> {
                    if (!there.up) {
                        throw new StoreUnavailableException("cable pulled", null);
                    }
                    if (there.denies) {
                        throw new StoreUnavailableException(
                                StoreUnavailableException.Kind.DENIED, "OOM");
                    }
                    long now = ticker.nanoTime();
                    List<SharedCounts.Mark> read =
                            marks.stream()
                                    .map(m -> new SharedCounts.Mark(m.name(), now - m.moment()))
                                    .toList();
                    marks.clear();
                    return new Heartbeat(nodes, countsLost, skew, read);
                });
    }

    private void pass(long millis) {
        ticker.advance(Duration.ofMillis(millis).toNanos());
    }

    @Test
    void itBeginsOnTheStandInAndSaysSoOnceWhenNobodyWaitsAnyLonger() throws Exception {
        assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        assertThat(there.asked).isZero();
        assertThat(told).isEmpty();
        there.up = false;
        probe();
        breaker.waitedEnough();
        breaker.waitedEnough();
        probe();
        assertThat(told).containsExactly("lost: cable pulled");
        there.up = true;
        assertThat(probe()).isTrue();
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        assertThat(told).containsExactly("lost: cable pulled", "connected");
    }

    @Test
    void aFirstConnectionThatIsLateIsNoOutage() {
        breaker.waitedEnough();
        assertThat(told).isEmpty();
        probe();
        assertThat(told).containsExactly("connected");
    }

    @Test
    void aReasonThatIsKnownLateIsToldWithTheOutage() {
        breaker.waitedEnough();
        there.up = false;
        probe();
        probe();
        assertThat(told).containsExactly("lost: cable pulled");
    }

    @Test
    void theStandInKnowsWhatThisNodeHasAdmitted() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        for (int i = 0; i < 10; i++) {
            assertThat(store.tryAcquire(three, key, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
        }
        there.up = false;
        probe();
        pass(500);
        probe();
        Outcome late = store.tryAcquire(three, key, 1);
        assertThat(late.decidedBy()).isEqualTo(DecidedBy.LOCAL);
        assertThat(late.decision()).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void oneNodeAdmitsNoMoreThanTheLimitThoughThePrimaryMissedSome() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        there.up = false;
        assertThat(store.tryAcquire(three, key, 1).decision())
                .isInstanceOf(Decision.Admitted.class);
        there.up = true;
        pass(50);
        int admitted = 1;
        for (int i = 0; i < 10; i++) {
            if (store.tryAcquire(three, key, 1).decision() instanceof Decision.Admitted) {
                admitted++;
            }
        }
        assertThat(admitted).isEqualTo(3);
        assertThat(remote.peek(three, key).get(0).remaining()).isEqualTo(1);
    }

    @Test
    void oneNodeAdmitsNoMoreThanTheLimitThoughThePrimaryForgetsEverything() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        assertThat(admitted(three, 10)).isEqualTo(3);
        remote.reset(three, key); // and no heartbeat has told
        assertThat(admitted(three, 10)).isZero();
        countsLost = true;
        probe();
        countsLost = false;
        probe();
        assertThat(told).containsExactly("connected", "counts lost");
        pass(Duration.ofHours(1).toMillis() - 1);
        assertThat(admitted(three, 10)).isZero();
        pass(1);
        assertThat(admitted(three, 10)).isEqualTo(3);
    }

    @Test
    void whatIsCertainHereIsNotFreeSoonerBecauseRedisSaysSo() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        assertThat(admitted(three, 3)).isEqualTo(3);
        pass(Duration.ofHours(1).toMillis() - 1);
        remote.reset(three, key); // its clock is a millisecond ahead
        assertThat(admitted(three, 3)).isZero();
        pass(1);
        there.up = false;
        assertThat(admitted(three, 10)).isEqualTo(3);
    }

    /** Each limit of each of these was worth N again and again: counting.md, "What is wrong". */
    @Test
    void aLostKeyIsWorthNothingWhateverTheLimits() throws Exception {
        Duration second = Duration.ofSeconds(1);
        Duration minute = Duration.ofMinutes(1);
        Duration hour = Duration.ofHours(1);
        Duration day = Duration.ofDays(1);
        List<Policy> policies =
                List.of(
                        Policy.of("a", new Limit.SlidingWindow(10, second)),
                        Policy.of(
                                "b",
                                new Limit.SlidingWindow(10, second),
                                new Limit.SlidingWindow(1_000, hour)),
                        Policy.of(
                                "c",
                                new Limit.TokenBucket(600, minute, 50),
                                new Limit.SlidingWindow(5_000, day)),
                        Policy.of("d", new Limit.TokenBucket(500, second, 100)),
                        Policy.of("e", new Limit.TokenBucket(1_000, second, 50)),
                        Policy.of("f", new Limit.TokenBucket(1_000, minute, 1_100)),
                        Policy.of("g", new Limit.TokenBucket(5_000, minute, 5_000)));
        probe();
        for (Policy policy : policies) {
            int most = (int) policy.capacity();
            assertThat(admitted(policy, most + 10)).as("%s", policy.limits()).isEqualTo(most);
            for (int time = 0; time < 3; time++) {
                remote.reset(policy, key);
                assertThat(admitted(policy, most)).as("%s", policy.limits()).isZero();
            }
        }
    }

    @Test
    void aResetByAnotherNodeIsReadWithTheNextHeartbeat() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        assertThat(admitted(three, 10)).isEqualTo(3);
        pass(1);
        resetElsewhere(three);
        assertThat(admitted(three, 10)).isZero();
        pass(500);
        probe();
        assertThat(admitted(three, 10)).isEqualTo(3);
        assertThat(remote.peek(three, key).get(0).remaining()).isZero();
    }

    @Test
    void aMarkForgetsWhatIsOlderAndNothingElse() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        assertThat(admitted(three, 2)).isEqualTo(2);
        pass(100);
        assertThat(admitted(three, 1)).isEqualTo(1);
        marks.add(new Mark("three:{" + key.text() + "}", ticker.nanoTime() - 50_000_000));
        probe();
        assertThat(leftHere(three)).isEqualTo(2);
        // One that is older than all that is known here does nothing.
        marks.add(new Mark("three:{" + key.text() + "}", ticker.nanoTime() - 3_600_000_000_000L));
        probe();
        assertThat(leftHere(three)).isEqualTo(2);
        marks.add(new Mark("three:{another client}", ticker.nanoTime()));
        marks.add(new Mark("another:{" + key.text() + "}", ticker.nanoTime()));
        marks.add(new Mark("nonsense", ticker.nanoTime()));
        probe();
        assertThat(leftHere(three)).isEqualTo(2);
    }

    @Test
    void aMereDeletionFreesNobody() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        assertThat(admitted(three, 10)).isEqualTo(3);
        remote.reset(three, key);
        for (int i = 0; i < 10; i++) {
            pass(500);
            probe();
            assertThat(admitted(three, 10)).isZero();
        }
    }

    private int admitted(Policy asked, int times) throws Exception {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            if (store.tryAcquire(asked, key, 1).decision() instanceof Decision.Admitted) {
                admitted++;
            }
        }
        return admitted;
    }

    private Policy shared(Limit... limits) {
        Policy base = Policy.of("shared", limits);
        return Policies.like(base)
                .cost(1)
                .onOutage(OnOutage.LOCAL_SHARE)
                .engine(Engine.SCRIPT)
                .givesBack(false)
                .policy();
    }

    private static Limit sliding(long permits) {
        return new Limit.SlidingWindow(permits, Duration.ofHours(1));
    }

    @Test
    void aNodeThatNeverSawThePrimaryDividesByWhatItWasTold() throws Exception {
        assertThat(admitted(shared(sliding(10)), 10)).isEqualTo(3);
        assertThat(breaker.nodes()).isEqualTo(3);
    }

    @Test
    void aShareIsOneAtLeastAndSpeaksInTheWordsOfTheLimit() throws Exception {
        nodes = 40;
        probe();
        there.up = false;
        pass(500);
        probe();
        pass(500);
        probe();
        Policy ten = shared(sliding(10));
        Decision.Admitted first = (Decision.Admitted) store.tryAcquire(ten, key, 1).decision();
        assertThat(first.limits()).containsExactly(ten.state(0, 0, 3_600_000_000_000L));
        Decision.Refused second = (Decision.Refused) store.tryAcquire(ten, key, 1).decision();
        assertThat(second.limits().get(0).permits()).isEqualTo(10);
        assertThat(second.violated()).containsExactly("shared");
        assertThat(store.tryAcquire(ten, Key.ofClient("costly"), 2).decision())
                .isEqualTo(
                        new Decision.Refused(
                                Duration.ofSeconds(1),
                                List.of("shared"),
                                List.of(ten.state(0, 1, 0))));
        assertThat(store.tryAcquire(ten, key, 11).decision())
                .isInstanceOf(Decision.Impossible.class);
    }

    @Test
    void aShareOfABucketIsAShareOfItsRateToo() throws Exception {
        Policy bucket = shared(new Limit.TokenBucket(60, Duration.ofMinutes(1), 9));
        assertThat(admitted(bucket, 10)).isEqualTo(3);
        pass(2_999);
        assertThat(admitted(bucket, 10)).isZero();
        pass(1);
        assertThat(admitted(bucket, 10)).isEqualTo(1);
    }

    @Test
    void whoWasRefusedBeforeTheOutageStaysRefusedByAShare() throws Exception {
        Policy ten = shared(sliding(10));
        probe();
        assertThat(admitted(ten, 20)).isEqualTo(10);
        there.up = false;
        assertThat(admitted(ten, 20)).isZero();
    }

    @Test
    void aCallThatFailsIsDecidedByTheShare() throws Exception {
        Policy ten = shared(sliding(10));
        probe();
        there.up = false;
        assertThat(admitted(ten, 20)).isEqualTo(3);
    }

    @Test
    void flappingGivesNobodyASecondShare() throws Exception {
        Policy ten = shared(sliding(10));
        for (int flap = 0; flap < 6; flap++) {
            there.up = false;
            pass(500);
            probe();
            pass(500);
            probe();
            assertThat(admitted(ten, 20)).isEqualTo(flap == 0 ? 3 : 0);
            there.up = true;
            remote.reset(ten, key);
            remote.tryAcquire(ten, key, 10); // by the other nodes
            probe();
            assertThat(admitted(ten, 20)).isZero();
            pass(5_000);
        }
    }

    @Test
    void whileLostCountsMatterAShareIsTheMostOfANode() throws Exception {
        Policy ten = shared(sliding(10));
        countsLost = true;
        probe();
        assertThat(admitted(ten, 20)).isEqualTo(3);
        pass(Duration.ofHours(1).toMillis());
        assertThat(admitted(ten, 20)).isEqualTo(10);
    }

    @Test
    void fewerNodesAreBelievedWhenAllHadTimeToShowThemselves() {
        assertThat(breaker.nodes()).isEqualTo(3);
        nodes = 5;
        probe();
        assertThat(breaker.nodes()).isEqualTo(5);
        nodes = 2;
        for (int i = 0; i < 9; i++) {
            pass(500);
            probe();
            assertThat(breaker.nodes()).isEqualTo(5);
        }
        pass(500);
        probe();
        assertThat(breaker.nodes()).isEqualTo(2);
        pass(10_000); // an outage, and the others are not back yet
        nodes = 1;
        probe();
        pass(500);
        probe();
        assertThat(breaker.nodes()).isEqualTo(2);
    }

    @Test
    void whatWasAdmittedAloneIsToldOnceAndAsAges() throws Exception {
        Policy ten = shared(sliding(10), new Limit.TokenBucket(60, Duration.ofMinutes(1), 9));
        assertThat(admitted(ten, 2)).isEqualTo(2);
        pass(700);
        store.tryAcquire(ten, Key.ofClient("other"), 1);
        probe();
        store.tryAcquire(ten, key, 1);
        store.tryAcquire(ten, key, 1);
        assertThat(there.debts).hasSize(4);
        SharedCounts.Debt.Runs runs = (SharedCounts.Debt.Runs) there.debts.get(0);
        assertThat(runs.ages()).containsExactly(700_000_000L);
        assertThat(runs.counts()).containsExactly(2);
        assertThat(there.debts.get(1))
                .isEqualTo(new SharedCounts.Debt.Level(1_300_000_000L, 1_300_000_000L));
        assertThat(((SharedCounts.Debt.Runs) there.debts.get(2)).ages()).isEmpty();
        assertThat(there.debts.get(3)).isEqualTo(new SharedCounts.Debt.Level(0, 2_300_000_000L));
    }

    @Test
    void whatMayHaveBeenCountedIsNotOwed() throws Exception {
        Policy ten = shared(sliding(10));
        probe();
        there.up = false;
        store.tryAcquire(ten, key, 1); // missed its deadline
        there.up = true;
        pass(50);
        store.tryAcquire(ten, key, 1);
        assertThat(there.debts).isEmpty();
    }

    @Test
    void whatWasGivenBackIsNotOwed() throws Exception {
        Policy ten =
                Policies.like(shared(sliding(10)))
                        .onOutage(OnOutage.LOCAL)
                        .givesBack(true)
                        .policy();
        store.tryAcquire(ten, key, 1).receipt().giveBack();
        probe();
        store.tryAcquire(ten, key, 1);
        assertThat(there.debts).isEmpty();
        assertThat(leftHere(ten)).isEqualTo(9);
    }

    @Test
    void aStoreThatOnlyReadsIsAnOutage() throws Exception {
        Policy one = Policy.of("one", sliding(1));
        probe();
        remote.tryAcquire(one, key, 1);
        there.denies = true;
        call();
        pass(200);
        // Refused by the primary, which needs no write for that.
        assertThat(store.tryAcquire(one, key, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
        pass(100);
        call();
        assertThat(breaker.store()).isEqualTo(DecidedBy.LOCAL);
        assertThat(told).containsExactly("connected", "lost: OOM");
    }

    @Test
    void anAnswerThatNeedsNoWriteForgivesWhatWasOnlyLate() throws Exception {
        Policy one = Policy.of("one", sliding(1));
        probe();
        remote.tryAcquire(one, key, 1);
        there.up = false;
        call();
        there.up = true;
        pass(200);
        assertThat(store.tryAcquire(one, key, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
        pass(100);
        there.up = false;
        call();
        assertThat(breaker.store()).isEqualTo(DecidedBy.REDIS);
    }

    @Test
    void anOutageThatTurnsOutToBeAMatterOfAccessIsToldOnce() {
        probe();
        there.up = false;
        probe();
        pass(500);
        probe();
        there.up = true;
        there.denies = true;
        for (int i = 0; i < 3; i++) {
            pass(500);
            probe();
        }
        there.denies = false;
        probe();
        there.denies = true;
        probe();
        pass(500);
        probe();
        pass(500);
        probe();
        assertThat(told)
                .containsExactly(
                        "connected",
                        "lost: cable pulled",
                        "still lost: OOM",
                        "connected",
                        "lost: OOM");
    }

    @Test
    void lossesThatFollowEachOtherAreToldOnce() {
        countsLost = true;
        for (int i = 0; i < 300; i++) {
            pass(500);
            probe();
        }
        countsLost = false;
        pass(60_000);
        probe();
        countsLost = true;
        probe();
        assertThat(told).containsExactly("counts lost", "connected", "counts lost");
    }

    @Test
    void aBucketThatThePrimaryHasLostStaysWithinItsLimitWhileItIsInUse() throws Exception {
        Policy bucket = shared(new Limit.TokenBucket(20, Duration.ofSeconds(4), 10));
        List<Integer> at = new ArrayList<>();
        for (int millis = 0; millis < 30_000; millis += 5) {
            countsLost = millis == 8_000;
            if (countsLost) {
                remote.reset(bucket, key);
            }
            if (millis % 500 == 0) {
                probe();
            }
            for (int i = admitted(bucket, 1); i > 0; i--) {
                at.add(millis);
            }
            pass(5);
        }
        for (int from = 8_000; from < 26_000; from += 500) {
            int start = from;
            assertThat(at.stream().filter(t -> t > start && t <= start + 4_000).count())
                    .as("from " + from)
                    .isLessThanOrEqualTo(21);
        }
        assertThat(there.debts)
                .as("what this node has admitted comes with each call")
                .anyMatch(debt -> ((SharedCounts.Debt.Level) debt).here() > 0)
                .allMatch(debt -> ((SharedCounts.Debt.Level) debt).untold() == 0);
    }

    @Test
    void callsThatFailWhileHeartbeatsSucceedAreTriedLessAndLessOften() throws Exception {
        for (int millis = 0; millis < 60_000; millis += 10) {
            if (millis % 500 == 0) {
                there.up = true;
                probe();
            }
            there.up = false;
            callOf("client " + millis);
            pass(10);
        }
        assertThat(told.stream().filter("connected"::equals).count()).isBetween(5L, 15L);
        there.up = true;
        while (!probe()) {
            pass(500);
        }
        assertThat(callOf("one")).isEqualTo(DecidedBy.REDIS); // answered: all is well again
        there.up = false;
        pass(3_000);
        callOf("two");
        pass(300);
        callOf("three");
        assertThat(breaker.store()).isEqualTo(DecidedBy.LOCAL);
        there.up = true;
        assertThat(probe()).isTrue();
    }

    @Test
    void aBucketThatThePrimaryWasNotToldOfStaysWithinItsLimitWhileItIsInUse() throws Exception {
        Policy bucket = shared(new Limit.TokenBucket(20, Duration.ofSeconds(4), 10));
        nodes = 1;
        for (int i = 0; i < 12; i++) { // until the others of before are not counted any more
            probe();
            pass(500);
        }
        int steady = 0;
        for (int millis = 0; millis < 30_000; millis += 5) {
            // Too short to be an outage, and each time one call is not counted.
            there.up = millis < 8_000 || millis >= 18_000 || millis % 1_000 >= 200;
            if (there.up && millis % 500 == 250) {
                probe();
            }
            int more = admitted(bucket, 1);
            steady += millis >= 19_000 ? more : 0;
            pass(5);
        }
        assertThat(steady).isBetween(50, 57); // 5 a second for 11 s, and no second burst
    }

    private DecidedBy callOf(String client) throws Exception {
        return store.tryAcquire(policy, Key.ofClient(client), 1).decidedBy();
    }

    @Test
    void aCallUnderWayIsNoReset() throws Exception {
        Policy three = Policy.of("three", sliding(3));
        probe();
        assertThat(admitted(three, 2)).isEqualTo(2);
        there.during = // the third permit is taken here, and has not arrived there
                () -> {
                    there.during = () -> {};
                    Decision.Refused refused =
                            (Decision.Refused) store.tryAcquire(three, key, 1).decision();
                    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
                    pass(500);
                    probe();
                    assertThat(admitted(three, 1)).isZero();
                };
        assertThat(admitted(three, 1)).isEqualTo(1);
        assertThat(leftHere(three)).isZero();
        assertThat(admitted(three, 5)).isZero();
    }

    @Test
    void aFullStandInRefusesNobodyWhileThePrimaryIsThere() throws Exception {
        Policy one = Policy.of("one", sliding(1));
        CountingStore roomy = new CountingStore(10_000, ticker, () -> {});
        CountingStore full = node(1, new CountedThere(roomy));
        probe();
        for (int i = 0; i < 5_000; i++) {
            Key newcomer = Key.ofClient("newcomer " + i);
            assertThat(full.tryAcquire(one, newcomer, 1).decision())
                    .isInstanceOf(Decision.Admitted.class);
            assertThat(full.tryAcquire(one, newcomer, 1).decision())
                    .isInstanceOf(Decision.Refused.class);
        }
    }

    @Test
    void beingBusyIsNoOutage() throws Exception {
        probe();
        there.busy = true;
        for (int i = 0; i < 10; i++) {
            assertThat(call()).isEqualTo(DecidedBy.LOCAL);
            pass(100);
        }
        assertThat(there.asked).isEqualTo(10);
        assertThat(breaker.store()).isEqualTo(DecidedBy.REDIS);
    }

    @Test
    void clocksThatDisagreeAreToldOnceForEachTime() {
        assertThat(breaker.clockSkew()).isEmpty();
        for (long millis : new long[] {900, -1_001, -1_500, -900, -600, -1_100, 400, 1_200}) {
            skew = Duration.ofMillis(millis);
            probe();
        }
        assertThat(breaker.clockSkew()).contains(Duration.ofMillis(1_200));
        assertThat(told).containsExactly("connected", "skewed: PT-1.001S", "skewed: PT1.2S");
    }

    @Test
    void whatThePrimaryRefusesUsesUpNothingInTheStandIn() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        remote.tryAcquire(three, key, 3);
        for (int i = 0; i < 10; i++) {
            assertThat(store.tryAcquire(three, key, 1).decision())
                    .isInstanceOf(Decision.Refused.class);
        }
        assertThat(leftHere(three)).isEqualTo(3);
    }

    @Test
    void aPauseIsOnlyForPoliciesWithAStandIn() throws Exception {
        probe();
        there.up = false;
        call();
        there.up = true;
        assertThat(byRule(OnOutage.FAIL_CLOSED)).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void aPauseShorterThanThePatienceIsNoOutage() throws Exception {
        probe();
        there.up = false;
        for (int i = 0; i < 100; i++) {
            assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        }
        pass(249);
        assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        there.up = true;
        pass(50);
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        there.up = false;
        pass(10_000);
        call();
        there.up = true;
        pass(50);
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        assertThat(told).containsExactly("connected");
    }

    @Test
    void nothingButFailuresIsAnOutageAndNobodyAsksUntilAProbeSucceeds() throws Exception {
        probe();
        there.up = false;
        call();
        pass(300);
        call();
        assertThat(breaker.store()).isEqualTo(DecidedBy.LOCAL);
        int before = there.asked;
        for (int i = 0; i < 100; i++) {
            call();
            probe();
            pass(100);
        }
        assertThat(there.asked).isEqualTo(before);
        assertThat(breaker.since()).isEqualTo(Duration.ofSeconds(10));
        there.up = true;
        assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        probe();
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        assertThat(told).containsExactly("connected", "lost: cable pulled", "connected");
    }

    @Test
    void aRequestThatMeetsManyPoliciesWaitsForThePrimaryOnce() throws Exception {
        probe();
        there.up = false;
        for (int i = 0; i < 10; i++) {
            assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        }
        assertThat(there.asked).isEqualTo(1);
        pass(49);
        call();
        assertThat(there.asked).isEqualTo(1);
        pass(1);
        call();
        assertThat(there.asked).isEqualTo(2);
    }

    @Test
    void aStoreThatAnswersOnlySomeCallsIsGivenUpAndTriedLessOften() throws Exception {
        probe();
        for (int millis = 0; millis < 30_000; millis += 60) {
            there.up = millis % 180 != 0; // one of three is late
            callOf("client " + millis);
            if (millis % 480 == 0) {
                there.up = true;
                probe();
            }
            pass(60);
        }
        assertThat(told.get(1)).startsWith("lost: ").contains(" calls failed: cable pulled");
        assertThat(told.stream().filter("connected"::equals).count()).isBetween(2L, 6L);
    }

    @Test
    void aFewFailuresAmongManyAnswersAreNone() throws Exception {
        probe();
        for (int millis = 0; millis < 30_000; millis += 60) {
            there.up = millis % 600 != 0; // one of ten
            callOf("client " + millis);
            pass(60);
        }
        assertThat(told).containsExactly("connected");
    }

    @Test
    void probesAloneFindAnOutageWithoutTraffic() {
        probe();
        there.up = false;
        probe();
        pass(500);
        probe();
        assertThat(breaker.store()).isEqualTo(DecidedBy.LOCAL);
    }

    @Test
    void thePolicySaysWhatDecidesWithoutThePrimary() throws Exception {
        assertThat(byRule(OnOutage.FAIL_OPEN)).isEqualTo(new Decision.Admitted(List.of()));
        assertThat(byRule(OnOutage.FAIL_CLOSED)).isInstanceOf(Decision.Unavailable.class);
        assertThat(byRule(OnOutage.LOCAL)).isInstanceOf(Decision.Refused.class);
        assertThat(byRule(OnOutage.LOCAL_SHARE)).isInstanceOf(Decision.Refused.class);
    }

    private Decision byRule(OnOutage rule) throws Exception {
        Policy ruled =
                Policies.named("rule " + rule)
                        .limits(new Limit.SlidingWindow(1, Duration.ofHours(1)))
                        .onOutage(rule)
                        .policy();
        store.tryAcquire(ruled, key, 1);
        return store.tryAcquire(ruled, key, 1).decision();
    }

    @Test
    void aResetReachesBothStores() throws Exception {
        Policy once = Policy.of("once", new Limit.SlidingWindow(1, Duration.ofHours(1)));
        store.tryAcquire(once, key, 1);
        probe();
        store.tryAcquire(once, key, 1);
        store.reset(once, key);
        assertThat(leftHere(once)).isEqualTo(1);
        assertThat(remote.peek(once, key).get(0).remaining()).isEqualTo(1);
    }
}
