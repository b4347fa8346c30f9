package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.LimitState;
import io.weir.PlanResolver;
import io.weir.RateLimiter;
import io.weir.testing.LogLines;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a bean that tells plans may answer, and what is said of it once. */
class PlanAnswersTest {

    @Named("plans")
    @ApplicationScoped
    static class Plans implements PlanResolver {

        private volatile String answer = "gold";

        void set(String next) {
            answer = next;
        }

        @Override
        @SuppressWarnings("NullAway") // as an application may answer
        public Optional<String> plan(ClientIdentity client) {
            if (answer.equals("null")) {
                return null;
            }
            if (answer.equals("throws")) {
                throw new IllegalStateException("the customers are away");
            }
            return Optional.of(answer);
        }
    }

    @Test
    void whateverItAnswers() {
        List<String> lines;
        try (LogLines log = new LogLines("io.weir");
                Deployed app =
                        Deployed.with(
                                Map.of(
                                        "weir.policies", "search",
                                        "weir.policy.search.limit", "60/min",
                                        "weir.plans", "free, gold",
                                        "weir.policy.search.plan", "bean:plans",
                                        "weir.plan.gold.policy.search.limit", "600/min",
                                        "weir.plan.free.policy.search.limit", "6/min"),
                                Plans.class)) {
            assertThat(permits(app, "gold")).isEqualTo(600);
            assertThat(permits(app, "free")).isEqualTo(6);
            assertThat(permits(app, "")).isEqualTo(60);
            assertThat(permits(app, "  ")).isEqualTo(60);
            assertThat(log.with("WEIR-06")).as("who has no plan is nothing to be said").isEmpty();
            assertThat(permits(app, "Gold")).isEqualTo(60);
            assertThat(permits(app, "platinum")).isEqualTo(60);
            assertThat(permits(app, "null")).isEqualTo(60);
            assertThat(permits(app, "throws")).isEqualTo(60);
            for (int i = 0; i < 10; i++) {
                permits(app, "Gold");
                permits(app, "null");
                permits(app, "throws");
            }
            assertThat(permits(app, "gold")).isEqualTo(600);
            lines = log.with("WEIR-06");
        }
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .contains("WEIR-066", "search, plan bean:plans", "given \"Gold\"")
                .contains("expected one of weir.plans")
                .contains("Did you mean \"gold\"?");
        assertThat(lines.get(1)).contains("WEIR-060", "search, bean:plans", "null");
        assertThat(lines.get(2)).contains("WEIR-060", "IllegalStateException");
    }

    private static long permits(Deployed app, String answer) {
        app.get(Plans.class).set(answer);
        List<LimitState> states = app.get(RateLimiter.class).peek("search");
        return states.get(0).permits();
    }
}
