package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.guard.Terms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings say of candidates. */
class CandidateSettingsTest {

    private final Map<String, String> file = new HashMap<>();
    private final Problems problems = new Problems();
    private PolicyRegistry registry = new PolicyRegistry(Settings.read(source(), problems));

    private ConfigSource source() {
        return ConfigSource.of("file", file::get, () -> List.copyOf(file.keySet()));
    }

    @BeforeEach
    void set() {
        file.put("weir.policies", "search");
        file.put("weir.policy.search.limit", "60/min");
    }

    private void start() {
        start(source());
    }

    private void start(ConfigSource source) {
        registry = new PolicyRegistry(Settings.read(source, problems));
        Fixture.at(Fixture.WHERE, "orders", "10/min").declare(registry, problems);
        registry.configured(problems);
        registry.complete(Set.of(), problems);
    }

    private Terms.Candidate candidate(String policy) {
        return Objects.requireNonNull(registry.find(policy).terms().candidate());
    }

    @Test
    void itStandsBesideAnyPolicyWithAName() {
        file.put("weir.policy.search.candidate", "30/min burst 5, 1000/day in UTC");
        file.put("weir.policy.orders.candidate", "30/min");
        start();
        assertThat(problems.report()).isEmpty();
        assertThat(candidate("search").text()).isEqualTo("30/min burst 5, 1000/day in UTC");
        assertThat(candidate("orders").text()).isEqualTo("30/min");
        assertThat(candidate("orders").beside()).isEqualTo(registry.find("orders").get().limits());
        assertThat(registry.candidates()).containsOnlyKeys("search", "orders");
        assertThat(registry.longest()).as("resets are told as long").hasDays(2);
        assertThat(registry.describe("search"))
                .contains(
                        "; candidate: at most 5 at once, refilled one every 2 s",
                        "from weir.policy.search.candidate (file)");
    }

    @Test
    void theEnvironmentSaysIt() {
        start(
                Fixture.environment(
                        "WEIR_POLICY_ORDERS_CANDIDATE", "5/min",
                        "WEIR_POLICY_ORDERS_LIMIT", "9/min"));
        assertThat(problems.report()).isEmpty();
        assertThat(candidate("orders").text()).isEqualTo("5/min");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "thirty | WEIR-001 | \"thirty\"; expected N/window",
                "30 per minute | WEIR-001 | Did you mean \"30/minute\"?",
                "0/min | WEIR-001 | permits is 0",
                "30/month | WEIR-048 | in UTC",
                "30/min, 40/min | WEIR-001 | one limit for each window",
                "2/min | WEIR-017 | the candidate 2/min; expected at least 3, what one operation"
            })
    void wrongTextsStopTheDeployment(String text, String code, String says) {
        file.put("weir.policy.search.cost", "3");
        file.put("weir.policy.search.candidate", text);
        start();
        assertThat(problems.report()).contains(code, "weir.policy.search.candidate (file)", says);
        assertThat(problems.areErrors()).isTrue();
    }

    @Test
    void aNameThatNobodyBearsAndAWordThatNobodyKnowsAreSaid() {
        file.put("weir.policy.serch.candidate", "30/min");
        file.put("weir.policy.search.candidates", "30/min");
        start();
        assertThat(problems.texts())
                .anyMatch(t -> t.contains("serch") && t.contains("Did you mean \"search\"?"))
                .anyMatch(t -> t.contains("weir.policy.search.candidates"));
    }

    /** A plan's own number would be another question. */
    @Test
    void aPlanHasNone() {
        file.put("weir.plans", "gold");
        file.put("weir.policy.search.plan", "role");
        file.put("weir.plan.gold.policy.search.candidate", "30/min");
        start();
        assertThat(problems.texts())
                .anyMatch(
                        t ->
                                t.contains("WEIR-065")
                                        && t.contains("weir.plan.gold.policy.search.candidate"));
    }

    @Test
    void aLargeOneIsSaid() {
        file.put("weir.policy.search.candidate", "100000/day");
        start();
        assertThat(problems.texts())
                .anyMatch(
                        t ->
                                t.contains("WEIR-018")
                                        && t.contains("weir.policy.search.candidate (file)"));
    }

    @Test
    void itComesChangesAndGoesWhileTheApplicationRuns() {
        start();
        registry.reread(problems);
        Terms before = registry.find("search").terms();
        file.put("weir.policy.search.candidate", "30/min");
        assertThat(registry.reread(problems))
                .containsExactly("search: candidate 30/60s instead of none");
        assertThat(candidate("search").text()).isEqualTo("30/min");
        file.put("weir.policy.search.candidate", "5/s burst 9"); // of another kind
        assertThat(registry.reread(problems))
                .containsExactly("search: candidate 5/1s burst 9 instead of 30/60s");
        file.put("weir.policy.search.candidate", "30/mni");
        assertThat(registry.reread(problems)).isEmpty();
        assertThat(problems.report()).contains("WEIR-001", "30/mni");
        assertThat(candidate("search").text()).isEqualTo("5/s burst 9");
        file.put("weir.policy.search.candidate", "30/min");
        file.put("weir.policy.search.limit", "90/min");
        registry.reread(new Problems());
        assertThat(candidate("search").beside()).isEqualTo(registry.find("search").get().limits());
        file.remove("weir.policy.search.candidate");
        file.put("weir.policy.search.limit", "60/min");
        registry.reread(new Problems());
        assertThat(registry.find("search").terms()).isEqualTo(before);
        assertThat(registry.candidates()).isEmpty();
    }
}
