package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.Cidr;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is exempt is not counted, and who is denied is refused, wherever he comes in. */
class NetworksTest {

    private static final Object[] NO_ARGUMENTS = {};
    private static final String COUNTED = "203.0.113.7";
    private static final String EXEMPT = "192.0.2.7";
    private static final String DENIED = "198.51.100.7";

    /** In both lists. */
    private static final String BOTH = "192.0.2.66";

    private final SetTicker ticker = SetTicker.anywhere();
    private final CurrentOperation current = new CurrentOperation();
    private final List<String> seen = new ArrayList<>();
    private final CountingStore store = new CountingStore(1_000, ticker, () -> {});
    private Policy policy = Policy.of("p", new Limit.SlidingWindow(1, Duration.ofHours(1)));
    private final Terms terms =
            new Terms(
                    Stream.of("192.0.2.0/24", "2001:db8:1::/48").map(Cidr::parse).toList(),
                    Stream.of("198.51.100.0/24", "192.0.2.64/26", "2001:db8:2::/48")
                            .map(Cidr::parse)
                            .toList(),
                    List.of(),
                    List.of());

    private final LivePolicy live =
            new LivePolicy() {
                @Override
                public Policy get() {
                    return policy;
                }

                @Override
                public Terms terms() {
                    return terms;
                }
            };

    private final Gate gate =
            new Gate(
                    new LivePolicy.Finder() {
                        @Override
                        public LivePolicy find(String name) {
                            return live;
                        }

                        @Override
                        public Terms ofOthers() {
                            return terms;
                        }
                    },
                    store,
                    new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                    Plans.NONE,
                    current,
                    GateTest.caller("none"),
                    policy -> {},
                    (policy, key, edge, decidedBy, decision, nanos) ->
                            seen.add(
                                    "%s %s %s %s"
                                            .formatted(
                                                    edge,
                                                    decision.getClass().getSimpleName(),
                                                    decidedBy,
                                                    key.text())),
                    ticker);

    private boolean isDenied(Operation operation, Edge edge) {
        RateLimitExceededException refusal = gate.enter(List.of(Rule.of(live)), operation, edge);
        assertThat(refusal == null || refusal.decision() instanceof Decision.Denied).isTrue();
        return refusal != null;
    }

    private static Operation from(String address) {
        return new Operation(GateTest.caller(address));
    }

    private void in(Operation operation, Runnable task) {
        try (CurrentOperation.Scope scope = current.enter(operation)) {
            task.run();
        }
    }

    private long left(String address) {
        return store.peek(policy, Key.ofClient(address)).get(0).remaining();
    }

    @Test
    void whoIsExemptPassesEveryEdgeAndIsNotCounted() {
        for (String address : List.of(EXEMPT, "2001:db8:1::5")) {
            for (int i = 0; i < 3; i++) {
                Operation operation = from(address);
                assertThat(isDenied(operation, Edge.FILTER)).isFalse();
                assertThat(isDenied(operation, Edge.JAXRS)).isFalse();
                in(
                        operation,
                        () -> {
                            gate.call(List.of(Rule.of(live)), NO_ARGUMENTS);
                            gate.call(List.of(Rule.of(live)), NO_ARGUMENTS);
                            assertThat(gate.limiter().tryAcquire("p"))
                                    .isEqualTo(new Decision.Admitted(List.of()));
                            assertThat(gate.limiter().tryAcquire(policy))
                                    .isEqualTo(new Decision.Admitted(List.of()));
                            assertThat(gate.limiter().tryAcquire("p", Key.ofClient("anybody"), 1))
                                    .isEqualTo(new Decision.Admitted(List.of()));
                        });
            }
            assertThat(left(address)).isEqualTo(1);
        }
        assertThat(left("anybody")).isEqualTo(1);
        assertThat(seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {DENIED, BOTH, "2001:db8:2::5"})
    void whoIsDeniedPassesNoEdgeAndIsNotCounted(String address) {
        assertThat(isDenied(from(address), Edge.FILTER)).isTrue();
        assertThat(isDenied(from(address), Edge.JAXRS)).isTrue();
        Decision denied = new Decision.Denied();
        in(
                from(address),
                () -> {
                    assertThatThrownBy(() -> gate.call(List.of(Rule.of(live)), NO_ARGUMENTS))
                            .isInstanceOfSatisfying(
                                    RateLimitExceededException.class,
                                    e -> assertThat(e.decision()).isEqualTo(denied));
                    assertThat(gate.limiter().tryAcquire("p")).isEqualTo(denied);
                    assertThat(gate.limiter().tryAcquire(policy)).isEqualTo(denied);
                    assertThat(gate.limiter().tryAcquire("p", Key.ofClient("anybody"), 1))
                            .isEqualTo(denied);
                });
        assertThat(left(address)).isEqualTo(1);
        assertThat(left("anybody")).isEqualTo(1);
        assertThat(seen)
                .startsWith(
                        "FILTER Denied LOCAL " + Key.ofClient(address).text(),
                        "JAXRS Denied LOCAL " + Key.ofClient(address).text(),
                        "METHOD Denied LOCAL " + Key.ofClient(address).text());
    }

    @Test
    void everybodyElseIsCounted() {
        assertThat(isDenied(from(COUNTED), Edge.FILTER)).isFalse();
        assertThat(left(COUNTED)).isZero();
    }

    @Test
    void itsEdgesTellOnceOfWhoIsDenied() {
        Operation operation = from(DENIED);
        assertThat(isDenied(operation, Edge.FILTER)).isTrue();
        assertThat(isDenied(operation, Edge.FILTER)).isTrue();
        assertThat(seen).hasSize(1);
        assertThat(operation.decisions()).isEmpty();
    }

    @Test
    void whoOnlyObservesDeniesNobodyAndTellsOfIt() {
        policy = policy.with(Mode.OBSERVE);
        Operation operation = from(DENIED);
        for (int i = 0; i < 3; i++) {
            assertThat(isDenied(operation, Edge.FILTER)).isFalse();
        }
        in(operation, () -> gate.call(List.of(Rule.of(live)), NO_ARGUMENTS));
        assertThat(seen).hasSize(1);
        assertThat(left(DENIED)).as("in force, it would not have been counted").isEqualTo(1);
    }

    @Test
    void whatIsOffDeniesNobodyAndTellsNobody() {
        policy = policy.with(Mode.OFF);
        assertThat(isDenied(from(DENIED), Edge.FILTER)).isFalse();
        in(from(DENIED), () -> gate.call(List.of(Rule.of(live)), NO_ARGUMENTS));
        assertThat(seen).isEmpty();
    }

    @Test
    void outsideARequestThereIsNoNetwork() {
        gate.call(List.of(Rule.of(live)), NO_ARGUMENTS);
        assertThat(gate.limiter().tryAcquire("p")).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void whoIsDeniedDoesNotWait() throws Exception {
        try (CurrentOperation.Scope scope = current.enter(from(DENIED))) {
            assertThat(gate.limiter().acquire(Duration.ofDays(1), "p"))
                    .isEqualTo(new Decision.Denied());
        }
    }

    /** There the call underneath does not know whose it is. */
    @Test
    void aResourceOnAnotherThreadIsExemptWithItsClient() {
        Rule apart = new Rule(live, List.of(), OptionalInt.empty(), true, true);
        for (int i = 0; i < 3; i++) {
            assertThat(gate.enter(List.of(apart), from(EXEMPT), Edge.JAXRS)).isNull();
            gate.call(List.of(apart), NO_ARGUMENTS);
        }
        assertThat(seen).isEmpty();
        in(from(EXEMPT), () -> gate.call(List.of(apart), NO_ARGUMENTS));
        gate.call(List.of(apart), NO_ARGUMENTS);
        assertThat(seen).hasSize(1);
    }
}
