package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.Cidr;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import io.weir.internal.guard.Terms.Plan;
import io.weir.internal.guard.Terms.Source;
import io.weir.internal.guard.Terms.Source.Kind;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who has which plan, and what that changes. */
class PlansTest {

    private static final Policy DEFAULT = policy(2);

    /** As an application may answer. */
    @SuppressWarnings("NullAway")
    private static final Optional<String> NULL = null;

    private final SetTicker ticker = SetTicker.anywhere();
    private final CurrentOperation current = new CurrentOperation();
    private final CountingStore store = new CountingStore(1_000, ticker, () -> {});
    private final List<String> unknown = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final Map<String, String> customers = new HashMap<>();
    private List<Source> sources = List.of(new Source(Kind.BEAN, "plans"));
    private Policy gold = policy(5);

    private static Policy policy(long permits) {
        return Policy.of("p", new Limit.SlidingWindow(permits, Duration.ofHours(1)));
    }

    private final LivePolicy live =
            new LivePolicy() {
                @Override
                public Policy get() {
                    return DEFAULT;
                }

                @Override
                public Terms terms() {
                    return new Terms(
                            List.of(),
                            List.of(),
                            sources,
                            List.of(
                                    new Plan("free", List.of(), policy(1)),
                                    new Plan("gold", List.of(Cidr.parse("192.0.2.0/24")), gold)));
                }
            };

    private final Plans plans =
            new Plans(
                    List.of("free", "gold"),
                    Map.of(
                            "plans",
                            client -> Optional.ofNullable(customers.get(client.address())),
                            "broken",
                            client -> {
                                throw new IllegalStateException("broken");
                            },
                            "null",
                            client -> NULL),
                    (user, claim) -> Optional.ofNullable(((Person) user).claims().get(claim)),
                    (policy, source, plan) ->
                            unknown.add(policy.name() + " " + source + " " + plan),
                    (policy, source, thrown) -> failed.add(policy.name() + " " + source));

    private final Gate gate =
            new Gate(
                    name -> live,
                    store,
                    new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                    plans,
                    current,
                    GateTest.caller("none"),
                    policy -> {},
                    (policy, key, edge, decidedBy, decision, nanos) ->
                            seen.add(policy.mode() + " " + decision.getClass().getSimpleName()),
                    ticker);

    private record Person(String getName, Set<String> roles, Map<String, String> claims)
            implements Principal {}

    private static Caller caller(String address, @Nullable Person person) {
        Caller known = GateTest.caller(address);
        return new Caller() {
            @Override
            public ClientIdentity client() {
                return known.client();
            }

            @Override
            public @Nullable Principal user() {
                return person;
            }

            @Override
            public boolean isIn(String role) {
                if (role.equals("broken")) {
                    throw new IllegalStateException("broken");
                }
                return person != null && person.roles().contains(role);
            }
        };
    }

    private long admitted(Caller caller) {
        for (int i = 0; i < 100; i++) {
            RateLimitExceededException refusal =
                    gate.enter(List.of(Rule.of(live)), new Operation(caller), Edge.FILTER);
            if (refusal != null) {
                assertThat(refusal.policy().wireName()).isEqualTo("p");
                return i;
            }
        }
        return 100;
    }

    private long admitted(String address) {
        return admitted(caller(address, null));
    }

    private long admitted(String address, String role, Map<String, String> claims) {
        return admitted(caller(address, new Person("ann", Set.of(role), claims)));
    }

    @Test
    void aBeanTellsThePlanAndWhoHasNoneHasThePolicysOwnLimit() {
        customers.put("203.0.113.1", "free");
        customers.put("203.0.113.2", "gold");
        assertThat(admitted("203.0.113.1")).isEqualTo(1);
        assertThat(admitted("203.0.113.2")).isEqualTo(5);
        assertThat(admitted("203.0.113.3")).isEqualTo(2);
        assertThat(unknown).isEmpty();
    }

    @Test
    void whoChangesPlanKeepsWhatWasUsed() {
        assertThat(admitted("203.0.113.1")).isEqualTo(2);
        customers.put("203.0.113.1", "gold");
        assertThat(admitted("203.0.113.1")).isEqualTo(3);
        customers.put("203.0.113.1", "free");
        assertThat(admitted("203.0.113.1")).isZero();
        customers.put("203.0.113.1", "gold");
        assertThat(admitted("203.0.113.1")).isZero();
        ticker.advance(Duration.ofHours(1).toNanos());
        assertThat(admitted("203.0.113.1")).isEqualTo(5);
    }

    @Test
    void theFirstPlanThatIsARole() {
        sources = List.of(new Source(Kind.ROLE, ""));
        assertThat(admitted("203.0.113.1", "gold", Map.of())).isEqualTo(5);
        assertThat(admitted("203.0.113.2", "other", Map.of())).isEqualTo(2);
        assertThat(admitted("203.0.113.3")).isEqualTo(2);
        Person both = new Person("ann", Set.of("gold", "free"), Map.of());
        assertThat(admitted(caller("203.0.113.4", both))).isEqualTo(1);
    }

    @Test
    void aClaimOfTheUser() {
        sources = List.of(new Source(Kind.CLAIM, "plan"));
        assertThat(admitted("203.0.113.1", "", Map.of("plan", "gold"))).isEqualTo(5);
        assertThat(admitted("203.0.113.2", "", Map.of("other", "gold"))).isEqualTo(2);
        assertThat(admitted("203.0.113.3")).isEqualTo(2);
    }

    @Test
    void theNetworkOfTheClient() {
        sources = List.of(new Source(Kind.NETWORK, ""));
        assertThat(admitted("192.0.2.1")).isEqualTo(5);
        assertThat(admitted("203.0.113.1")).isEqualTo(2);
    }

    @Test
    void severalAreAskedInTheirOrder() {
        sources =
                List.of(
                        new Source(Kind.CLAIM, "plan"),
                        new Source(Kind.BEAN, "plans"),
                        new Source(Kind.NETWORK, ""));
        customers.put("192.0.2.1", "free");
        assertThat(admitted("192.0.2.2", "", Map.of("plan", "free"))).isEqualTo(1);
        assertThat(admitted("192.0.2.1")).isEqualTo(1);
        assertThat(admitted("192.0.2.3")).isEqualTo(5);
        assertThat(admitted("203.0.113.3")).isEqualTo(2);
    }

    @Test
    void anUnknownPlanIsThePolicysOwnLimitAndSaid() {
        sources = List.of(new Source(Kind.BEAN, "plans"), new Source(Kind.NETWORK, ""));
        customers.put("192.0.2.1", "platinum");
        assertThat(admitted("192.0.2.1")).isEqualTo(2);
        assertThat(unknown).containsOnly("p bean:plans platinum");
    }

    @Test
    void whatFailsIsSaidAndTheNextIsAsked() {
        sources =
                List.of(
                        new Source(Kind.BEAN, "broken"),
                        new Source(Kind.BEAN, "null"),
                        new Source(Kind.BEAN, "missing"),
                        new Source(Kind.NETWORK, ""));
        assertThat(admitted("192.0.2.1")).isEqualTo(5);
        assertThat(failed).contains("p bean:broken", "p bean:null", "p bean:missing");
    }

    @Test
    void oneCustomerIsObservedWhileOthersAreEnforced() {
        gold = gold.with(Mode.OBSERVE);
        customers.put("203.0.113.2", "gold");
        assertThat(admitted("203.0.113.1")).isEqualTo(2);
        assertThat(admitted("203.0.113.2")).isEqualTo(100);
        assertThat(seen).contains("ENFORCE Refused", "OBSERVE Refused");
        gold = gold.with(Mode.OFF);
        seen.clear();
        assertThat(admitted("203.0.113.2")).isEqualTo(100);
        assertThat(seen).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // the scope is closed, and needs no more
    void callsAndHandsGoByThePlanOfTheCurrentCaller() {
        customers.put("203.0.113.2", "gold");
        Operation operation = new Operation(GateTest.caller("203.0.113.2"));
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            gate.call(List.of(Rule.of(live)), new Object[0]);
            gate.call(List.of(Rule.of(live)), new Object[0]);
            gate.call(List.of(Rule.of(live)), new Object[0]);
            assertThat(gate.limiter().peek("p"))
                    .extracting(LimitState::remaining)
                    .containsExactly(2L);
            assertThat(gate.limiter().peek("p"))
                    .extracting(LimitState::permits)
                    .containsExactly(5L);
            assertThat(gate.limiter().tryAcquire("p")).isInstanceOf(Decision.Admitted.class);
            io.weir.Key own = io.weir.Key.ofClient("203.0.113.2");
            assertThat(gate.limiter().tryAcquire("p", own, 1))
                    .isInstanceOf(Decision.Admitted.class);
            assertThat(gate.limiter().tryAcquire("p", own, 1)).isInstanceOf(Decision.Refused.class);
            assertThat(gate.limiter().reset("p")).isTrue();
            assertThat(gate.limiter().peek("p"))
                    .extracting(LimitState::remaining)
                    .containsExactly(5L);
        }
    }

    /** Some callers of one key may have more of its permits than others. */
    @Test
    void aKeyThatSeveralPlansShare() {
        sources = List.of(new Source(Kind.ROLE, ""));
        String tenant = "203.0.113.9";
        assertThat(admitted(tenant)).isEqualTo(2);
        assertThat(admitted(tenant, "gold", Map.of())).isEqualTo(3);
        assertThat(admitted(tenant)).isZero();
        assertThat(admitted(tenant, "free", Map.of())).isZero();
    }

    @Test
    void onlyANetworkIsKnownInFrontOfWhatAuthenticates() {
        for (Kind kind : Kind.values()) {
            sources = List.of(new Source(kind, "x"));
            assertThat(Rule.of(live).needsUser()).isEqualTo(kind != Kind.NETWORK);
        }
    }
}
