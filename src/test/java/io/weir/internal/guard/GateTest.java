package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.StatusCodes;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One operation, one charge; every further call of a limited method is an operation of its own. */
class GateTest {

    private final SetTicker ticker = SetTicker.anywhere();
    private final CurrentOperation current = new CurrentOperation();
    private final List<String> seen = new ArrayList<>();
    private final List<String> nobodys = new ArrayList<>();
    private @Nullable String user;
    private final CountingStore store = new CountingStore(1_000, ticker, () -> {});
    private final Keys.Failures failures = (policy, source, thrown) -> {};
    private final Gate gate =
            new Gate(
                    name -> {
                        throw new IllegalArgumentException(name);
                    },
                    store,
                    new Keys(
                            Map.of("tenant", client -> Optional.of("acme")),
                            Map.of(),
                            "weir",
                            failures),
                    Plans.NONE,
                    current,
                    new Caller() {
                        @Override
                        public ClientIdentity client() {
                            return caller("none").client();
                        }

                        @Override
                        public Optional<String> principal() {
                            return Optional.ofNullable(user);
                        }
                    },
                    policy -> nobodys.add(policy.name()),
                    (policy, key, edge, decidedBy, decision, nanos) ->
                            seen.add(edge + " " + decision.getClass().getSimpleName()),
                    ticker);

    static Caller caller(String address) {
        return () ->
                new ClientIdentity() {
                    @Override
                    public String peer() {
                        return address;
                    }

                    @Override
                    public String address() {
                        return address;
                    }

                    @Override
                    public String key() {
                        return address;
                    }

                    @Override
                    public List<String> findings() {
                        return List.of();
                    }
                };
    }

    private static Policy policy(String name, long permits) {
        return Policy.of(name, new Limit.SlidingWindow(permits, Duration.ofHours(1)));
    }

    private static Policy with(Policy p, List<KeySource> key, OnRefusal onRefusal, Mode mode) {
        return Policies.like(p)
                .key(key.toArray(KeySource[]::new))
                .onRefusal(onRefusal)
                .mode(mode)
                .policy();
    }

    private static List<Rule> rules(Policy... policies) {
        List<Rule> rules = new ArrayList<>();
        for (Policy policy : policies) {
            rules.add(Rule.of(() -> policy));
        }
        return rules;
    }

    private Operation operation() {
        return new Operation(caller("203.0.113.7"));
    }

    private @Nullable RateLimitExceededException refusal(List<Rule> rules, Object[] arguments) {
        try {
            gate.call(rules, arguments);
            return null;
        } catch (RateLimitExceededException refused) {
            return refused;
        }
    }

    private long left(Policy policy) {
        return store.peek(policy, io.weir.Key.ofClient("203.0.113.7")).get(0).remaining();
    }

    @Test
    void filterJaxrsAndMethodOfOneOperationShareTheCharge() {
        Policy policy = policy("shared", 10);
        Operation operation = operation();
        assertThat(gate.enter(rules(policy), operation, Edge.FILTER)).isNull();
        assertThat(gate.enter(rules(policy), operation, Edge.FILTER)).isNull(); // a forward
        assertThat(gate.enter(rules(policy), operation, Edge.JAXRS)).isNull();
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            assertThat(refusal(rules(policy), new Object[0])).isNull();
            assertThat(left(policy)).isEqualTo(9);
            for (int i = 0; i < 4; i++) {
                gate.call(rules(policy), new Object[0]);
            }
        }
        assertThat(left(policy)).isEqualTo(5);
        assertThat(seen)
                .containsExactly(
                        "FILTER Admitted",
                        "METHOD Admitted",
                        "METHOD Admitted",
                        "METHOD Admitted",
                        "METHOD Admitted");
    }

    @Test
    void tenMailsInOneRequestCostTen() {
        Policy mail = policy("mail", 100);
        try (CurrentOperation.Scope scope = current.enter(operation())) {
            for (int i = 0; i < 10; i++) {
                gate.call(rules(mail), new Object[0]);
            }
        }
        assertThat(left(mail)).isEqualTo(90);
    }

    @Test
    void aRefusedOperationStaysRefusedAtItsOtherDispatches() {
        Policy policy = policy("once", 1);
        gate.enter(rules(policy), operation(), Edge.FILTER);
        Operation refused = operation();
        assertThat(gate.enter(rules(policy), refused, Edge.FILTER)).isNotNull();
        assertThat(gate.enter(rules(policy), refused, Edge.FILTER)).isNotNull();
        assertThat(seen).containsExactly("FILTER Admitted", "FILTER Refused");
    }

    @Test
    void whatAnEarlierPolicyTookIsNotGivenBack() {
        Policy wide = policy("wide", 5);
        Policy narrow = policy("narrow", 1);
        gate.enter(rules(wide, narrow), operation(), Edge.FILTER);
        RateLimitExceededException refusal =
                gate.enter(rules(wide, narrow), operation(), Edge.FILTER);
        assertThat(refusal).extracting(RateLimitExceededException::policy).isEqualTo(narrow);
        assertThat(left(wide)).isEqualTo(3);
    }

    @Test
    void onlyPoliciesThatCanRefuseAreTold() {
        List<KeySource> client = List.of(KeySource.CLIENT);
        Policy throwing = policy("throwing", 5);
        Policy skipping = with(policy("skipping", 5), client, OnRefusal.SKIP, Mode.ENFORCE);
        Policy observed = with(policy("observed", 1), client, OnRefusal.THROW, Mode.OBSERVE);
        Policy off = with(policy("off", 1), client, OnRefusal.THROW, Mode.OFF);
        for (int i = 0; i < 2; i++) {
            Operation operation = operation();
            assertThat(gate.enter(rules(throwing, skipping, observed, off), operation, Edge.FILTER))
                    .isNull();
            assertThat(operation.decisions())
                    .extracting(c -> c.policy().name())
                    .containsExactly("throwing");
        }
        assertThat(seen).contains("FILTER Refused").hasSize(6);
        assertThat(left(off)).isEqualTo(1);
    }

    @Test
    void whatASourceDoesNotKnowFallsBackToTheClient() {
        List<KeySource> sources =
                List.of(
                        new KeySource(KeySource.Kind.PRINCIPAL, ""),
                        new KeySource(KeySource.Kind.HEADER, "X-Api-Key"),
                        new KeySource(KeySource.Kind.PATH, "id"),
                        new KeySource(KeySource.Kind.BEAN, "tenant"),
                        new KeySource(KeySource.Kind.GLOBAL, ""));
        Policy policy = with(policy("many", 1), sources, OnRefusal.THROW, Mode.ENFORCE);
        Keys keys =
                new Keys(
                        Map.of("tenant", client -> Optional.of("acme")),
                        Map.of(),
                        "weir",
                        failures);
        assertThat(keys.of(policy, caller("203.0.113.7"), "x").text())
                .isEqualTo("203.0.113.7+203.0.113.7+203.0.113.7+bean=acme+global=:x");
        Caller known =
                new Caller() {
                    @Override
                    public ClientIdentity client() {
                        return caller("203.0.113.7").client();
                    }

                    @Override
                    public Optional<String> principal() {
                        return Optional.of("ada");
                    }

                    @Override
                    public Optional<String> header(String name) {
                        return Optional.of(name + "!");
                    }

                    @Override
                    public Optional<String> path(String name) {
                        return Optional.of("7");
                    }
                };
        assertThat(keys.of(policy, known).text())
                .isEqualTo(
                        "principal=ada+header=a22f717936e50f2b64b7a2c7a190cbe3+path=7+bean=acme+global=");
    }

    @Test
    void theClientOfAnotherOperationIsNotThisOne() {
        Policy policy = policy("scoped", 1);
        try (CurrentOperation.Scope outer = current.enter(operation())) {
            Operation inner = new Operation(caller("203.0.113.8"));
            try (CurrentOperation.Scope scope = current.enter(inner)) {
                assertThat(current.get()).contains(inner);
            }
            assertThat(refusal(rules(policy), new Object[0])).isNull();
            assertThat(left(policy)).isZero();
        }
        assertThat(current.get()).isEmpty();
        assertThat(refusal(rules(policy), new Object[0])).isNull(); // "none" counts for itself
        assertThat(refusal(rules(policy), new Object[0]))
                .extracting(RateLimitExceededException::decision)
                .isInstanceOf(Decision.Refused.class);
    }

    private static Policy ofFailures(String name) {
        return Policies.like(policy(name, 3)).countWhen(CountWhen.FAILURE).policy();
    }

    @Test
    void whatOnlyFailuresCostIsGivenBackByTheStatusOfTheAnswer() {
        Policy policy = ofFailures("logins");
        int[] good = {200, 204, 302, 399};
        for (int status : good) {
            Operation operation = operation();
            gate.enter(rules(policy), operation, Edge.FILTER);
            assertThat(left(policy)).isEqualTo(2);
            assertThat(operation.pending().isEmpty()).isFalse();
            operation.pending().answered(status, null);
            operation.pending().answered(status, null);
            assertThat(operation.pending().isEmpty()).isTrue();
            assertThat(left(policy)).as("after %d", status).isEqualTo(3);
        }
        for (int status : new int[] {400, 401, 599}) {
            Operation operation = operation();
            gate.enter(rules(policy), operation, Edge.FILTER);
            operation.pending().answered(status, null);
        }
        assertThat(left(policy)).isZero();
    }

    @Test
    void anOperationThatFailsWithoutAnAnswerKeepsWhatItTook() {
        Policy policy = ofFailures("failing");
        Operation operation = operation();
        gate.enter(rules(policy), operation, Edge.JAXRS);
        operation.pending().failed();
        operation.pending().answered(200, null);
        assertThat(left(policy)).isEqualTo(2);
    }

    @Test
    void aMethodWhoseResultIsTheAnswerWaitsForItsStatus() {
        Policy policy = ofFailures("resource");
        Rule rule = new Rule(() -> policy, List.of(), OptionalInt.empty(), true, false);
        Operation operation = operation();
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            gate.call(List.of(rule), new Object[0]).succeeded(null);
            assertThat(left(policy)).isEqualTo(2);
        }
        operation.pending().answered(401, null);
        assertThat(left(policy)).isEqualTo(2);
    }

    @Test
    void aChargeForWhichNobodyIsKnownIsTold() {
        Policy perClient = policy("per client", 10);
        Policy global =
                with(
                        policy("global", 10),
                        List.of(new KeySource(KeySource.Kind.GLOBAL, "")),
                        OnRefusal.THROW,
                        Mode.ENFORCE);
        Policy off = with(policy("off", 10), List.of(KeySource.CLIENT), OnRefusal.THROW, Mode.OFF);
        gate.call(rules(perClient, global, off), new Object[0]);
        gate.limiter().tryAcquire(perClient);
        gate.limiter().tryAcquire(global);
        gate.limiter().tryAcquire(off);
        gate.limiter().tryAcquire(perClient, io.weir.Key.ofClient("203.0.113.7"), 1);
        assertThat(nobodys).containsExactly("per client", "per client");
        try (CurrentOperation.Scope scope = current.enter(operation())) {
            gate.call(rules(perClient), new Object[0]);
            gate.limiter().tryAcquire(perClient);
        }
        assertThat(nobodys).hasSize(2);
    }

    @Test
    void outsideAnyRequestAUserStandsForHisAddress() {
        Policy policy = policy("per client", 2);
        for (String one : new String[] {"ada", "bob"}) {
            user = one;
            gate.call(rules(policy), new Object[0]);
            gate.call(rules(policy), new Object[0]);
            assertThat(refusal(rules(policy), new Object[0])).isNotNull();
        }
        assertThat(nobodys).isEmpty();
    }

    @Test
    void whatIsPaidAheadPassesOnceWhereNoOperationIsKnown() {
        Policy policy = policy("apart", 2);
        Rule rule = new Rule(() -> policy, List.of(), OptionalInt.empty(), true, true);
        for (int i = 0; i < 2; i++) {
            assertThat(gate.enter(List.of(rule), operation(), Edge.JAXRS)).isNull();
        }
        assertThat(gate.enter(List.of(rule), operation(), Edge.JAXRS)).isNotNull();
        seen.clear();
        gate.call(List.of(rule), new Object[0]);
        gate.call(List.of(rule), new Object[0]);
        assertThat(seen).as("paid").isEmpty();
        gate.call(List.of(rule), new Object[0]);
        assertThat(seen).as("by nobody").containsExactly("METHOD Admitted");
    }

    @Test
    void aPaidCallThatNeverComesLeavesNoFreeOne() {
        Policy policy = policy("never", 9);
        Rule rule = new Rule(() -> policy, List.of(), OptionalInt.empty(), true, true);
        gate.enter(List.of(rule), operation(), Edge.JAXRS);
        ticker.advance(Duration.ofMinutes(6).toNanos());
        gate.enter(List.of(rule), operation(), Edge.JAXRS);
        ticker.advance(Duration.ofMinutes(4).toNanos() + 1);
        seen.clear();
        gate.call(List.of(rule), new Object[0]);
        assertThat(seen).as("the second is paid, and comes late").isEmpty();
        gate.call(List.of(rule), new Object[0]);
        assertThat(seen).as("the first has never come").containsExactly("METHOD Admitted");
    }

    @Test
    void anOperationGoesOnWhereItsRequestMayBeOver() throws Exception {
        Policy policy = policy("travelling", 10);
        Operation operation = operation();
        CurrentOperation.Snapshot snapshot;
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            gate.enter(rules(policy), operation, Edge.JAXRS);
            snapshot = CurrentOperation.snapshot();
        }
        Thread other = new Thread(snapshot.around(() -> gate.call(rules(policy), new Object[0])));
        other.start();
        other.join();
        assertThat(left(policy)).as("paid once").isEqualTo(9);
        assertThat(operation.decisions()).hasSize(1);
    }

    @Test
    void theStatusCodesOfFailuresAreThePolicys() {
        Policy policy =
                Policies.like(ofFailures("codes"))
                        .failures(new StatusCodes(List.of(new StatusCodes.Range(401, 403))))
                        .policy();
        for (int status : new int[] {400, 404, 500}) {
            Operation operation = operation();
            gate.enter(rules(policy), operation, Edge.FILTER);
            operation.pending().answered(status, null);
        }
        assertThat(left(policy)).isEqualTo(3);
        Operation operation = operation();
        gate.enter(rules(policy), operation, Edge.FILTER);
        operation.pending().answered(403, null);
        assertThat(left(policy)).isEqualTo(2);
    }

    @Test
    void aPolicyChangesWhileItIsInForce() {
        AtomicReference<Policy> live = new AtomicReference<>(policy("changing", 3));
        List<Rule> rules = List.of(Rule.of(live::get));
        for (int i = 0; i < 3; i++) {
            assertThat(gate.enter(rules, operation(), Edge.FILTER)).isNull();
        }
        assertThat(gate.enter(rules, operation(), Edge.FILTER)).isNotNull();
        live.set(Policies.like(rules.get(0).policy()).mode(Mode.OBSERVE).policy());
        assertThat(gate.enter(rules, operation(), Edge.FILTER)).isNull();
        live.set(policy("changing", 5));
        assertThat(left(rules.get(0).policy())).as("used permits are kept").isEqualTo(2);
        assertThat(gate.enter(rules, operation(), Edge.FILTER)).isNull();
    }

    @Test
    void whatAnOuterEdgePaidIsOnceTheCostOfTheUnitsThatOnlyTheMethodSees() {
        Policy policy = policy("batch", 10);
        Rule units = new Rule(() -> policy, List.of(), OptionalInt.of(0), false, false);
        Operation operation = operation();
        gate.enter(rules(policy), operation, Edge.FILTER);
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            assertThat(refusal(List.of(units), new Object[] {1})).isNull();
            assertThat(left(policy)).isEqualTo(9);
            assertThat(refusal(List.of(units), new Object[] {1})).isNull();
            assertThat(left(policy)).isEqualTo(8);
        }
        Operation next = operation();
        gate.enter(rules(policy), next, Edge.FILTER);
        try (CurrentOperation.Scope scope = current.enter(next)) {
            assertThat(refusal(List.of(units), new Object[] {5})).isNull();
            assertThat(left(policy)).isEqualTo(3);
            assertThat(refusal(List.of(units), new Object[] {5})).isNotNull();
        }
    }
}
