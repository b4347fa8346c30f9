package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Engine;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.guard.Terms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings say of plans. */
class PlanSettingsTest {

    private final Map<String, String> file = new HashMap<>();
    private final Problems problems = new Problems();
    private PolicyRegistry registry = new PolicyRegistry(Settings.read(source(), problems));

    private ConfigSource source() {
        return ConfigSource.of("file", file::get, () -> List.copyOf(file.keySet()));
    }

    @BeforeEach
    void set() {
        file.put("weir.plans", "free, gold");
        file.put("weir.policies", "search, other");
        file.put("weir.policy.search.limit", "60/min burst 10, 200/day");
        file.put("weir.policy.search.plan", "bean:plans, claim:https://shop.example/plan, role");
        file.put("weir.policy.other.limit", "1/min");
        file.put("weir.plan.gold.policy.search.limit", "600/min burst 100, 900/day");
        file.put("weir.plan.gold.mode", "observe");
        file.put("weir.plan.gold.networks", "203.0.113.0/24, 2001:db8::/32");
        file.put("weir.plan.free.policy.orders.limit", "5/min");
        file.put("weir.policy.orders.plan", "network");
    }

    private void start() {
        start(source());
    }

    private void start(ConfigSource source) {
        start(source, "elsewhere");
    }

    private void start(ConfigSource source, String... elsewhere) {
        registry = new PolicyRegistry(Settings.read(source, problems));
        Fixture.at(Fixture.WHERE, "orders", "10/min").declare(registry, problems);
        registry.configured(problems);
        registry.complete(Set.of(elsewhere), problems);
    }

    private Policy in(String plan, String policy) {
        return registry.find(policy).terms().plans().stream()
                .filter(p -> p.name().equals(plan))
                .findFirst()
                .orElseThrow()
                .policy();
    }

    private String limits(String plan, String policy) {
        return LimitText.format(in(plan, policy).limits());
    }

    @Test
    void eachPlanHasItsLimitOrThatOfThePolicy() {
        start();
        assertThat(problems.report()).isEmpty();
        assertThat(limits("gold", "search")).isEqualTo("600/60s burst 100, 900/86400s");
        assertThat(limits("free", "search")).isEqualTo("60/60s burst 10, 200/86400s");
        assertThat(limits("free", "orders")).isEqualTo("5/60s");
        assertThat(limits("gold", "orders")).isEqualTo("10/60s");
        assertThat(in("gold", "search").mode()).isEqualTo(Mode.OBSERVE);
        assertThat(in("gold", "orders").mode()).isEqualTo(Mode.OBSERVE);
        assertThat(in("free", "search").mode()).isEqualTo(Mode.ENFORCE);
        assertThat(in("gold", "search").wireName()).isEqualTo("search");
        assertThat(PlanText.format(registry.find("search").terms().sources()))
                .isEqualTo("bean:plans, claim:https://shop.example/plan, role");
        assertThat(registry.find("other").terms()).isEqualTo(Terms.NONE);
        assertThat(registry.longest()).hasDays(1);
    }

    /** RRateLimiter has one number of permits for a key. */
    @Test
    void whatHasPlansIsCountedByTheScript() {
        start();
        assertThat(registry.find("orders").get().engine()).isEqualTo(Engine.SCRIPT);
        assertThat(in("free", "orders").engine()).isEqualTo(Engine.SCRIPT);
        assertThat(registry.find("other").get().engine()).isEqualTo(Engine.RRATELIMITER);
        file.put("weir.policy.orders.engine", "rratelimiter");
        start();
        assertThat(problems.report())
                .contains("WEIR-003", "weir.policy.orders.engine (file)")
                .contains("rratelimiter for a policy with plans; expected script");
    }

    @Test
    void theEnvironmentSaysIt() {
        start(
                Fixture.environment(
                        "WEIR_PLANS", "gold-plus",
                        "WEIR_POLICY_ORDERS_PLAN", "role",
                        "WEIR_PLAN_GOLD_PLUS_POLICY_ORDERS_LIMIT", "50/min",
                        "WEIR_PLAN_GOLD_PLUS_MODE", "OFF"));
        assertThat(problems.report()).isEmpty();
        assertThat(limits("gold-plus", "orders")).isEqualTo("50/60s");
        assertThat(in("gold-plus", "orders").mode()).isEqualTo(Mode.OFF);
        start(
                Fixture.environment(
                        "WEIR_PLANS", "gold",
                        "WEIR_POLICY_ORDERS_PLAN", "role",
                        "WEIR_PLAN_GOLD_POLICY_ORDER_LIMIT", "50/min"));
        assertThat(problems.report())
                .contains("WEIR-065")
                .contains("environment variable WEIR_PLAN_GOLD_POLICY_ORDER_LIMIT")
                .contains("Did you mean \"WEIR_PLAN_GOLD_POLICY_ORDERS_LIMIT\"?");
    }

    @ParameterizedTest
    @CsvSource({
        "enforce, observe, OBSERVE",
        "observe, enforce, OBSERVE",
        "off,     enforce, OFF",
        "off,     observe, OFF",
        "observe, off,     OFF",
    })
    void theMilderModeHolds(String policy, String plan, Mode holds) {
        file.put("weir.policy.orders.mode", policy);
        file.put("weir.plan.gold.mode", plan);
        start();
        assertThat(in("gold", "orders").mode()).isEqualTo(holds);
    }

    @Test
    void theStartExplainsThem() {
        start();
        assertThat(registry.describe("search"))
                .contains(
                        "; plan bean:plans, claim:https://shop.example/plan, role from"
                                + " weir.policy.search.plan (file)")
                .contains(
                        "; plan free: at most 10 at once, refilled one every 1 s, so at most 70"
                                + " in any 60 s, and at most 200 in any 1 d from the policy"
                                + " itself")
                .contains(
                        "; plan gold: at most 100 at once, refilled one every 100 ms, so at most"
                                + " 700 in any 60 s, and at most 900 in any 1 d, mode observe,"
                                + " networks [203.0.113.0/24, 2001:db8::/32] from"
                                + " weir.plan.gold.policy.search.limit (file) and"
                                + " weir.plan.gold.mode (file) and weir.plan.gold.networks (file)");
        assertThat(registry.describe("other")).doesNotContain("plan");
    }

    @Test
    void numbersModesAndNetworksChangeWhileTheApplicationRuns() {
        start();
        registry.reread(problems);
        file.put("weir.plan.gold.policy.search.limit", "700/min burst 100, 900/day");
        file.put("weir.plan.free.mode", "observe");
        file.put("weir.plan.gold.networks", "203.0.113.9");
        assertThat(registry.reread(problems))
                .containsExactlyInAnyOrder(
                        "search: plan free 60/60s burst 10, 200/86400s, mode observe instead of"
                                + " 60/60s burst 10, 200/86400s, plan gold 700/60s burst 100,"
                                + " 900/86400s, mode observe, networks [203.0.113.9] instead of"
                                + " 600/60s burst 100, 900/86400s, mode observe, networks"
                                + " [203.0.113.0/24, 2001:db8::/32]",
                        "orders: plan free 5/60s, mode observe instead of 5/60s, plan gold 10/60s,"
                                + " mode observe, networks [203.0.113.9] instead of 10/60s, mode"
                                + " observe, networks [203.0.113.0/24, 2001:db8::/32]");
        assertThat(limits("gold", "search")).startsWith("700/60s");
        assertThat(problems.report()).isEmpty();
        assertThat(registry.reread(problems)).isEmpty();
        file.put("weir.policy.orders.limit", "20/min");
        assertThat(registry.reread(problems)).hasSize(1);
        assertThat(limits("gold", "orders")).as("has none of its own").isEqualTo("20/60s");
        assertThat(limits("free", "orders")).isEqualTo("5/60s");
    }

    @ParameterizedTest
    @CsvSource({
        "weir.plan.gold.policy.search.limit, '700/hour burst 100, 900/day', WEIR-064",
        "weir.plan.gold.policy.search.limit, 700/mni,                         WEIR-001",
        "weir.plan.gold.mode,                obsrve,                          WEIR-003",
        "weir.plan.gold.networks,            localhost,                       WEIR-003",
    })
    void whatIsWrongChangesNothingAndStopsADeployment(String setting, String text, String code) {
        start();
        registry.reread(problems);
        Terms before = registry.find("search").terms();
        file.put(setting, text);
        assertThat(registry.reread(problems)).isEmpty();
        assertThat(registry.find("search").terms()).isEqualTo(before);
        assertThat(problems.report()).contains(code, setting + " (file)");
        start();
        assertThat(problems.areErrors()).isTrue();
    }

    /** What follows from one mistake is not said of what is right. */
    @Test
    void oneMistakeIsSaidOnce() {
        file.put("weir.plan.gold.policy.search.limit", "600/mni burst 100, 900/day");
        start();
        assertThat(problems.texts()).singleElement().asString().contains("600/mni");
    }

    @ParameterizedTest
    @CsvSource({
        "weir.plans,                  'gold, free, go ld', WEIR-061",
        "weir.policy.search.plan,     'bean:plans, rule',   WEIR-062",
        "weir.policy.search.limit,    '60/mni',             WEIR-001",
    })
    void nothingFollowsFromIt(String setting, String text, String code) {
        file.put(setting, text);
        start();
        assertThat(problems.texts()).singleElement().asString().contains(code, setting + " (file)");
    }

    @Test
    void onePlanHasToAffordOneOperation() {
        file.put("weir.policy.orders.cost", "6");
        start();
        assertThat(problems.report())
                .contains("WEIR-017", "weir.plan.free.policy.orders.limit (file)")
                .contains("at least 6, what one operation costs");
    }

    @Test
    void aLargeWindowOfAPlanIsSaidAtTheStartAlone() {
        file.put("weir.plan.free.policy.orders.limit", "5000/min");
        start();
        assertThat(problems.report())
                .contains("WEIR-018", "weir.plan.free.policy.orders.limit (file)");
        Problems later = new Problems();
        registry.reread(later);
        assertThat(later.report()).isEmpty();
    }

    @Test
    void otherWindowsWouldForgetWhatWasUsed() {
        file.put("weir.plan.gold.policy.search.limit", "600/min burst 100");
        start();
        assertThat(problems.report())
                .contains("WEIR-064")
                .contains("other numbers for 60/60s burst 10, 200/86400s");
    }

    @ParameterizedTest
    @CsvSource({
        "roles,               'Did you mean \"role\"?'",
        "beans:plans,         'Did you mean \"bean:plans\"?'",
        "clam:a:b,            'Did you mean \"claim:a:b\"?'",
        "networks:x,          'Did you mean \"network\"?'",
        "networks,            'Did you mean \"network\"?'",
        "bean,                'bean:NAME, role'",
        "role:gold,           'bean:NAME, role'",
        "'role, role',        'a second time'",
        "'role, ',            'bean:NAME, role'",
    })
    void whatTellsNoPlan(String text, String said) {
        file.put("weir.policy.search.plan", text);
        start();
        assertThat(problems.report())
                .contains("WEIR-062", "weir.policy.search.plan (file)")
                .contains(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gold.plus", "free, Gold, gold", "a-b, a_b", "gold,", "gold plan"})
    void whatIsNoNameOfAPlan(String text) {
        file.put("weir.plans", text);
        start();
        assertThat(problems.report()).contains("WEIR-061", "weir.plans (file)");
    }

    @Test
    void networksThatNoPolicyAsksForAreSaid() {
        file.remove("weir.policy.orders.plan");
        file.remove("weir.plan.free.policy.orders.limit");
        start();
        assertThat(problems.report()).as("another module may ask for them").isEmpty();
        start(source(), new String[0]);
        assertThat(problems.texts())
                .singleElement()
                .asString()
                .contains("WEIR-065", "weir.plan.gold.networks (file)")
                .contains("networks, and no policy here asks for the plan by network");
        file.remove("weir.policy.search.plan");
        start(source(), new String[0]);
        assertThat(problems.texts())
                .anyMatch(text -> text.contains("a mode, and no policy here asks for a plan"));
    }

    @Test
    void noPlansAtAll() {
        file.remove("weir.plans");
        start();
        assertThat(problems.report())
                .contains("WEIR-063", "weir.policy.search.plan (file)")
                .contains("the plan by bean:plans");
    }

    @Test
    void whatNothingAsksForIsAWarningAndAnErrorWhenStrict() {
        file.put("weir.plan.golf.mode", "off");
        file.put("weir.plan.gold.modes", "off");
        file.put("weir.plan.gold.policy.serach.limit", "1/min");
        file.put("weir.plan.gold.policy.other.limit", "1/min");
        file.put("weir.plan.gold.policy.elsewhere.limit", "1/min");
        file.put("weir.plans.gold.mode", "off");
        file.put("weir.plans.free.policy.search.limit", "1/min burst 1, 2/day");
        start();
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings()).hasSize(6);
        assertThat(problems.report())
                .contains("WEIR-065")
                .contains("Did you mean \"weir.plan.gold.mode\"?")
                .contains("weir.plans.gold.mode (file)")
                .contains("Did you mean \"weir.plan.free.policy.search.limit\"?")
                .contains("Did you mean \"weir.plan.gold.policy.search.limit\"?")
                .contains("\"golf\", which is none of weir.plans")
                .contains("the policy \"other\", which asks for no plan");
        file.put("weir.config.strict", "true");
        start();
        assertThat(problems.errors()).hasSize(6);
    }
}
