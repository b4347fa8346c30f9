package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.PlanResolver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits by plan. */
class PlansGuideTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        // guide: a plan resolver
        @Named("plans")
        @ApplicationScoped
        public class CustomerPlans implements PlanResolver {

            private final Map<String, String> plans = Map.of("203.0.113.7", "gold");

            @Override
            public Optional<String> plan(ClientIdentity client) {
                return Optional.ofNullable(plans.get(client.address()));
            }
        }
        // end
    }

    @TempDir Path directory;

    @Test
    void eachCallerByTheLimitOfHisPlan() throws Exception {
        Map<String, String> settings =
                Snippets.settings("plans", Map.of("weir.client.trusted-proxies", "127.0.0.1"));
        try (Served app = Served.with(directory, settings, Shop.CustomerPlans.class)) {
            assertThat(app.admitted("/search", "X-Forwarded-For", "203.0.113.7")).isEqualTo(600);
            HttpResponse<String> refused = app.get("/search", "X-Forwarded-For", "203.0.113.7");
            assertThat(refused.headers().firstValue("RateLimit-Policy"))
                    .contains("\"search\";q=600;w=60");
            assertThat(app.admitted("/search", "X-Forwarded-For", "198.51.100.1")).isEqualTo(60);
            for (int i = 0; i < 40; i++) {
                assertThat(app.get("/search", "X-Forwarded-For", "192.0.2.9").statusCode())
                        .as("a trial is observed")
                        .isEqualTo(200);
            }
        }
    }
}
