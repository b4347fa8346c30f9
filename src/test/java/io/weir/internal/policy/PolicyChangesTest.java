package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Mode;
import io.weir.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings that change while an application runs. */
class PolicyChangesTest {

    private final Map<String, String> file = new HashMap<>();
    private final Problems problems = new Problems();
    private PolicyRegistry registry = new PolicyRegistry(Settings.read(source(), problems));

    private ConfigSource source() {
        return ConfigSource.of("file", file::get, () -> List.copyOf(file.keySet()));
    }

    private PolicyRegistry running(Fixture.Use... uses) {
        registry = new PolicyRegistry(Settings.read(source(), problems));
        for (Fixture.Use use : uses) {
            use.declare(registry, problems);
        }
        registry.configured(problems);
        assertThat(problems.report()).isEmpty();
        return registry;
    }

    private List<String> read(PolicyRegistry changes) {
        return changes.reread(problems);
    }

    private Policy now(String name) {
        return registry.find(name).get();
    }

    private long permits(String name) {
        return now(name).limits().get(0).permits();
    }

    @Test
    void aWrongModeForAllKeepsNoPolicyFromAModeOfItsOwn() {
        file.put("weir.policy.orders.mode", "observe");
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "orders", "10/min"));
        read(changes);
        file.put("weir.mode", "obsrve");
        file.put("weir.policy.orders.mode", "off");
        assertThat(read(changes)).containsExactly("orders: mode off instead of observe");
        assertThat(now("orders").mode()).isEqualTo(Mode.OFF);
    }

    @Test
    void numbersAndModesAreTakenUpAndToldOnce() {
        file.put("weir.policy.orders.limit", "5/min");
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "orders", "10/min"));
        assertThat(read(changes)).isEmpty();
        file.put("weir.policy.orders.limit", "7/min");
        file.put("weir.policy.orders.mode", "observe");
        assertThat(read(changes))
                .containsExactly(
                        "orders: limit 7/60s instead of 5/60s, mode observe instead of enforce");
        assertThat(permits("orders")).isEqualTo(7);
        assertThat(now("orders").mode()).isEqualTo(Mode.OBSERVE);
        assertThat(read(changes)).isEmpty();
    }

    @Test
    void whatIsTakenAwayFallsBackToTheAnnotation() {
        file.put("weir.policy.orders.limit", "5/min");
        file.put("weir.policy.orders.mode", "off");
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "orders", "10/min"));
        file.clear();
        assertThat(read(changes)).hasSize(1);
        assertThat(permits("orders")).isEqualTo(10);
        assertThat(now("orders").mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    void theModeOfAllIsThatOfThoseWithoutTheirOwn() {
        file.put("weir.policy.own.limit", "5/min");
        file.put("weir.policy.own.path", "/own");
        file.put("weir.policy.own.mode", "enforce");
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "", "10/min"));
        file.put("weir.mode", "observe");
        assertThat(read(changes)).hasSize(1).allMatch(t -> t.startsWith(Fixture.WHERE + ": mode"));
        assertThat(now("own").mode()).isEqualTo(Mode.ENFORCE);
    }

    @Test
    void whatIsWrongChangesNothingAndIsSaidOnce() {
        file.put("weir.policy.orders.cost", "3");
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "orders", "10/min"));
        Map<String, String> wrong =
                Map.of(
                        "7/minute-ish", "WEIR-001",
                        "7/10s", "WEIR-033",
                        "10/min burst 20", "WEIR-033",
                        "10/min, 100/h", "WEIR-033",
                        "2/min", "WEIR-017");
        wrong.forEach(
                (limit, code) -> {
                    file.put("weir.policy.orders.limit", limit);
                    Problems found = new Problems();
                    assertThat(changes.reread(found)).isEmpty();
                    assertThat(found.errors()).hasSize(1);
                    assertThat(found.report()).contains(code, "weir.policy.orders.limit");
                    Problems again = new Problems();
                    assertThat(changes.reread(again)).isEmpty();
                    assertThat(again.all()).isEmpty();
                });
        file.put("weir.policy.orders.limit", "20/min");
        assertThat(read(changes)).hasSize(1);
        file.put("weir.mode", "sometimes");
        Problems found = new Problems();
        assertThat(changes.reread(found)).isEmpty();
        assertThat(found.report()).contains("WEIR-003", "sometimes");
    }

    @Test
    void aBucketMayHaveAnotherBurst() {
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "b", "10/min burst 20"));
        file.put("weir.policy.b.limit", "12/min burst 5");
        assertThat(read(changes)).hasSize(1);
        assertThat(now("b").limits())
                .containsExactly(new Limit.TokenBucket(12, Duration.ofMinutes(1), 5));
    }

    @Test
    void whatIsSwitchedOffAltogetherStaysOff() {
        file.put("weir.enabled", "false");
        PolicyRegistry changes = running(Fixture.at(Fixture.WHERE, "orders", "10/min"));
        file.put("weir.policy.orders.mode", "enforce");
        assertThat(read(changes)).isEmpty();
    }

    @Test
    void withoutANameNothingIsConfiguredLaterEither() {
        PolicyRegistry changes = running(Fixture.at("io.shop.A.get()", "", "5/min"));
        file.put("weir.policy.io.shop.A.get().limit", "9/min");
        assertThat(read(changes)).isEmpty();
        assertThat(permits("io.shop.A.get()")).isEqualTo(5);
    }
}
