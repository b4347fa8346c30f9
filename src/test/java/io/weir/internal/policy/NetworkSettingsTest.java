package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.guard.Terms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that are exempt or denied, for all policies and for each. */
class NetworkSettingsTest {

    private final Map<String, String> file = new HashMap<>();
    private final Problems problems = new Problems();
    private PolicyRegistry registry = registry();

    private PolicyRegistry registry() {
        ConfigSource source = ConfigSource.of("file", file::get, () -> List.copyOf(file.keySet()));
        return new PolicyRegistry(Settings.read(source, problems));
    }

    @BeforeEach
    void set() {
        file.put("weir.deny-networks", "198.51.100.0/24");
        file.put("weir.exempt-networks", "10.0.0.0/8, ::ffff:192.0.2.1");
        file.put("weir.policy.orders.exempt-networks", "2001:db8::/32, 10.0.0.0/8");
        file.put("weir.policies", "search");
        file.put("weir.policy.search.limit", "5/min");
        file.put("weir.policy.search.deny-networks", "203.0.113.9");
    }

    private void start() {
        registry = registry();
        Fixture.at(Fixture.WHERE, "orders", "10/min").declare(registry, problems);
        Fixture.at(Fixture.WHERE, "", "20/min").declare(registry, problems);
        registry.configured(problems);
        registry.complete(java.util.Set.of(), problems);
    }

    private static String text(Terms terms) {
        return "exempt %s, denied %s".formatted(terms.exempt(), terms.denied());
    }

    private String of(String policy) {
        return text(registry.find(policy).terms());
    }

    @Test
    void whatIsSaidOfAllHoldsBesideWhatIsSaidOfOne() {
        start();
        assertThat(problems.report()).isEmpty();
        assertThat(of("orders"))
                .isEqualTo(
                        "exempt [10.0.0.0/8, 192.0.2.1, 2001:db8::/32], denied [198.51.100.0/24]");
        assertThat(of("search"))
                .isEqualTo("exempt [10.0.0.0/8, 192.0.2.1], denied [198.51.100.0/24, 203.0.113.9]");
        assertThat(of(Fixture.WHERE))
                .isEqualTo("exempt [10.0.0.0/8, 192.0.2.1], denied [198.51.100.0/24]");
        assertThat(text(registry.ofOthers()))
                .isEqualTo("exempt [10.0.0.0/8, 192.0.2.1], denied [198.51.100.0/24]");
    }

    @Test
    void theStartListsThem() {
        start();
        assertThat(registry.describe("orders"))
                .contains(
                        "exempt [10.0.0.0/8, 192.0.2.1, 2001:db8::/32] from weir.exempt-networks and"
                                + " weir.policy.orders.exempt-networks (file)")
                .contains("denied [198.51.100.0/24] from weir.deny-networks");
    }

    @Test
    void theyChangeWhileTheApplicationRuns() {
        start();
        registry.reread(problems);
        file.put("weir.deny-networks", "198.51.100.0/24, 203.0.113.0/24");
        file.remove("weir.exempt-networks");
        assertThat(registry.reread(problems))
                .containsExactlyInAnyOrder(
                        "orders: exempt-networks [2001:db8::/32, 10.0.0.0/8] instead of [10.0.0.0/8,"
                                + " 192.0.2.1, 2001:db8::/32], deny-networks [198.51.100.0/24,"
                                + " 203.0.113.0/24] instead of [198.51.100.0/24]",
                        "search: exempt-networks [] instead of [10.0.0.0/8, 192.0.2.1],"
                                + " deny-networks [198.51.100.0/24, 203.0.113.0/24, 203.0.113.9]"
                                + " instead of [198.51.100.0/24, 203.0.113.9]",
                        Fixture.WHERE
                                + ": exempt-networks [] instead of [10.0.0.0/8, 192.0.2.1],"
                                + " deny-networks [198.51.100.0/24, 203.0.113.0/24] instead of"
                                + " [198.51.100.0/24]");
        assertThat(of("orders"))
                .isEqualTo(
                        "exempt [2001:db8::/32, 10.0.0.0/8], denied [198.51.100.0/24,"
                                + " 203.0.113.0/24]");
        assertThat(text(registry.ofOthers()))
                .isEqualTo("exempt [], denied [198.51.100.0/24, 203.0.113.0/24]");
        assertThat(registry.reread(problems)).isEmpty();
    }

    @Test
    void whatIsWrongWhileItRunsChangesNothing() {
        start();
        String before = of("orders");
        file.put("weir.deny-networks", "all");
        assertThat(registry.reread(problems)).isEmpty();
        assertThat(problems.errors())
                .singleElement()
                .satisfies(p -> assertThat(p.text()).contains("weir.deny-networks", "\"all\""));
        assertThat(of("orders")).isEqualTo(before);
        assertThat(text(registry.ofOthers())).contains("198.51.100.0/24");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "localhost",
                "10.0.0.1, ",
                "0.0.0.0/0",
                "::/0",
                "10.0.0.0 /8",
                "::ffff:10.0.0.0/95",
                "192.0.2.1-192.0.2.9"
            })
    void whatIsNoNetworkStopsTheDeployment(String text) {
        for (String setting :
                List.of(
                        "weir.deny-networks",
                        "weir.exempt-networks",
                        "weir.policy.orders.deny-networks",
                        "weir.policy.search.exempt-networks")) {
            file.put(setting, text);
        }
        start();
        assertThat(problems.errors()).hasSize(4);
        assertThat(problems.report())
                .contains("WEIR-003")
                .contains("weir.deny-networks (file)")
                .contains("weir.exempt-networks (file)")
                .contains("weir.policy.orders.deny-networks (file)")
                .contains("weir.policy.search.exempt-networks (file)")
                .contains("CIDRs or single addresses, separated by commas");
    }

    @Test
    void aWrongNameIsAskedAbout() {
        file.put("weir.deny-network", "10.0.0.0/8");
        file.put("weir.policy.orders.denied-networks", "10.0.0.0/8");
        start();
        assertThat(problems.report())
                .contains("Did you mean \"weir.deny-networks\"?")
                .contains("Did you mean \"weir.policy.orders.deny-networks\"?");
    }

    @Test
    void whereNothingIsSaidNothingDependsOnWhoAsks() {
        file.clear();
        start();
        assertThat(registry.find("orders").terms()).isEqualTo(Terms.NONE);
    }

    @Test
    void whatIsSwitchedOffDeniesNobody() {
        file.put("weir.enabled", "false");
        start();
        assertThat(registry.ofOthers()).isEqualTo(Terms.NONE);
    }
}
