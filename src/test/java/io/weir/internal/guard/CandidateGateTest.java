package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.Reservation;
import io.weir.internal.address.Cidr;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whom a candidate is asked about, once for each decision, and that it decides nothing. */
class CandidateGateTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Key KEY = Key.ofClient("203.0.113.7");
    private static final List<Limit> TWO = List.of(new Limit.SlidingWindow(2, HOUR));

    private final SetTicker ticker = SetTicker.anywhere();
    private final CountingStore store = new CountingStore(1_000, ticker, () -> {});
    private final List<String> asked = new ArrayList<>();
    private final List<String> decided = new ArrayList<>();
    private List<Cidr> exempt = List.of();
    private List<Cidr> denied = List.of();
    private List<Terms.Plan> plans = List.of();
    private Policy policy = policy(4);

    private final LivePolicy live =
            new LivePolicy() {
                @Override
                public Policy get() {
                    return policy;
                }

                @Override
                public Terms terms() {
                    Terms.Source network = new Terms.Source(Terms.Source.Kind.NETWORK, "");
                    return new Terms(
                            exempt,
                            denied,
                            List.of(network),
                            plans,
                            Terms.Candidate.of(policy, TWO, List.of("2/h")));
                }
            };

    private final Watcher watcher =
            new Watcher() {
                @Override
                public void decided(
                        Policy of, Key key, Edge edge, DecidedBy by, Decision decision, long n) {
                    decided.add(of.name() + " " + decision.getClass().getSimpleName());
                }

                @Override
                public void asked(
                        Policy of, Terms.Candidate candidate, Key key, long cost, boolean refuses) {
                    asked.add(of.name() + " " + cost + (refuses ? " refuses" : " admits"));
                }
            };

    private final CurrentOperation current = new CurrentOperation();
    private final Gate gate =
            new Gate(
                    name -> live,
                    store,
                    new Keys(Map.of(), Map.of(), "weir", (of, source, thrown) -> {}),
                    Plans.NONE,
                    current,
                    GateTest.caller("203.0.113.7"),
                    of -> {},
                    watcher,
                    ticker);

    private static Policy policy(long permits) {
        return Policies.named("p").limits(new Limit.SlidingWindow(permits, HOUR)).policy();
    }

    private long admitted(int calls) {
        return IntStream.range(0, calls)
                .filter(i -> gate.limiter().tryAcquire("p", KEY, 1) instanceof Decision.Admitted)
                .count();
    }

    @Test
    void everyCallIsAskedAboutAndNoneRefusedByIt() {
        assertThat(admitted(6)).isEqualTo(4);
        assertThat(asked)
                .containsExactly(
                        "p 1 admits",
                        "p 1 admits",
                        "p 1 refuses",
                        "p 1 refuses",
                        "p 1 refuses",
                        "p 1 refuses");
        assertThat(decided).hasSize(6).allMatch(text -> text.startsWith("p "));
    }

    /** More than it can ever hold. */
    @Test
    void whatCostsTooMuchIsRefused() {
        assertThat(gate.limiter().tryAcquire("p", KEY, 3)).isInstanceOf(Decision.Admitted.class);
        assertThat(asked).containsExactly("p 3 refuses");
    }

    @Test
    void whoIsNotCountedIsNotAskedAbout() {
        exempt = List.of(Cidr.parse("203.0.113.0/24"));
        assertThat(admitted(9)).isEqualTo(9);
        denied = exempt;
        assertThat(admitted(9)).isZero();
        denied = List.of();
        exempt = List.of();
        policy = policy.with(Mode.OFF);
        assertThat(admitted(9)).isEqualTo(9);
        assertThat(asked).isEmpty();
    }

    @Test
    void whatOnlyObservesIsAskedAbout() {
        policy = policy.with(Mode.OBSERVE);
        assertThat(admitted(6)).isEqualTo(6);
        assertThat(asked).hasSize(6);
        assertThat(asked.subList(2, 6)).allMatch(text -> text.endsWith("refuses"));
    }

    /** An operation is paid once, whatever edges it passes. */
    @Test
    void anOperationIsAskedAboutOnce() {
        Operation operation = new Operation(GateTest.caller("203.0.113.7"));
        Rule rule = Rule.of(live);
        assertThat(gate.enter(List.of(rule), operation, Edge.FILTER)).isNull();
        assertThat(gate.enter(List.of(rule), operation, Edge.JAXRS)).isNull();
        assertThat(asked).hasSize(1);
    }

    /** Its number says nothing of those who have another one. */
    @Test
    void whosePlanHasALimitOfItsOwnIsNotAskedAbout() {
        List<Cidr> here = List.of(Cidr.parse("203.0.113.0/24"));
        plans = List.of(new Terms.Plan("gold", here, policy(5)));
        PlansOf gold = new PlansOf();
        assertThat(gold.admitted(9)).isEqualTo(5);
        assertThat(asked).isEmpty();
        plans = List.of(new Terms.Plan("trial", here, policy.with(Mode.OBSERVE)));
        assertThat(gold.admitted(3)).isEqualTo(3);
        assertThat(asked).hasSize(3);
    }

    /** A gate that asks for plans. */
    private final class PlansOf {
        private final Gate asking =
                new Gate(
                        name -> live,
                        store,
                        new Keys(Map.of(), Map.of(), "weir", (of, source, thrown) -> {}),
                        new Plans(
                                List.of("gold"),
                                Map.of(),
                                (user, claim) -> Optional.empty(),
                                (of, source, plan) -> {},
                                (of, source, thrown) -> {}),
                        current,
                        GateTest.caller("203.0.113.7"),
                        of -> {},
                        watcher,
                        ticker);

        long admitted(int calls) {
            return IntStream.range(0, calls)
                    .filter(
                            i ->
                                    asking.limiter().tryAcquire("p", KEY, 1)
                                            instanceof Decision.Admitted)
                    .count();
        }
    }

    /** As if it were in force: what the operation has cost is known of it, too. */
    @Test
    void whatIsSettledIsSettledOfIt() {
        policy = Policies.like(policy).countWhen(CountWhen.SETTLED).policy();
        Reservation first = gate.limiter().reserve("p", KEY, 2);
        assertThat(asked).containsExactly("p 2 admits");
        assertThat(first.settle(1)).isTrue();
        assertThat(first.settle(1)).isFalse();
        gate.limiter().reserve("p", KEY, 1);
        gate.limiter().reserve("p", KEY, 1);
        assertThat(asked).containsExactly("p 2 admits", "p 1 admits", "p 1 refuses");
    }

    /** Nobody will know what it would have cost. */
    @Test
    void whatIsRefusedKeepsItsEstimate() {
        policy = Policies.like(policy(1)).countWhen(CountWhen.SETTLED).policy();
        for (int i = 0; i < 3; i++) {
            gate.limiter().reserve("p", KEY, 1).settle(0);
        }
        assertThat(asked).containsExactly("p 1 admits", "p 1 admits", "p 1 admits");
        gate.limiter().reserve("p", KEY, 1).settle(1);
        gate.limiter().reserve("p", KEY, 1).settle(0);
        gate.limiter().reserve("p", KEY, 1).settle(0);
        assertThat(asked.subList(3, 6)).containsExactly("p 1 admits", "p 1 admits", "p 1 refuses");
    }

    @Test
    void aResetIsOneOfBoth() {
        admitted(4);
        assertThat(gate.limiter().reset("p", KEY)).isTrue();
        asked.clear();
        assertThat(admitted(3)).isEqualTo(3);
        assertThat(asked).containsExactly("p 1 admits", "p 1 admits", "p 1 refuses");
    }

    /** Its numbers are those of what each node knows, whatever the policy does in an outage. */
    @Test
    void itIsCountedByTheScriptAndInAnOutageByEachNode() {
        policy =
                Policies.like(policy)
                        .mode(Mode.OBSERVE)
                        .onRefusal(OnRefusal.SKIP)
                        .onOutage(OnOutage.FAIL_CLOSED)
                        .countWhen(CountWhen.FAILURE)
                        .policy();
        Policy candidate = Objects.requireNonNull(live.terms().candidate()).policy();
        assertThat(candidate.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(candidate.onOutage()).isEqualTo(OnOutage.LOCAL);
        assertThat(candidate.engine()).isEqualTo(Engine.SCRIPT);
        assertThat(candidate.conduct().countWhen()).isEqualTo(CountWhen.FAILURE);
        assertThat(candidate.limits()).isEqualTo(TWO);
        assertThat(candidate.name()).isNotEqualTo(policy.name());
    }
}
