package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.ClientIdentity;
import io.weir.Cost;
import io.weir.CostResolver;
import io.weir.Decision;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a call costs. */
class CostTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Costs {
            // guide: a fixed cost
            @RateLimited(name = "export", value = "100/hour", cost = 5)
            public void export() {}

            // end

            // guide: a cost from a parameter
            @RateLimited(name = "letters", value = "100/hour")
            public void print(@Cost int pages) {}

            // end

            // guide: a cost from a bean
            @RateLimited(name = "search", value = "100/hour", costBean = "load")
            public void search(String words) {}
            // end
        }

        // guide: a cost resolver
        @Named("load")
        @ApplicationScoped
        public class Load implements CostResolver {

            private volatile boolean high;

            public void high(boolean high) {
                this.high = high;
            }

            @Override
            public long cost(ClientIdentity client) {
                return high ? 20 : 1;
            }
        }
        // end
    }

    @Test
    void fixed() {
        try (Deployed app = Deployed.with(Shop.Costs.class, Shop.Load.class)) {
            Shop.Costs costs = app.get(Shop.Costs.class);
            assertThat(Calls.admitted(costs::export)).isEqualTo(20);
        }
    }

    @Test
    void byParameter() {
        try (Deployed app = Deployed.with(Shop.Costs.class, Shop.Load.class)) {
            Shop.Costs costs = app.get(Shop.Costs.class);
            assertThatThrownBy(() -> costs.print(101))
                    .isInstanceOfSatisfying(
                            RateLimitExceededException.class,
                            e -> assertThat(e.decision()).isInstanceOf(Decision.Impossible.class));
            costs.print(60);
            assertThatThrownBy(() -> costs.print(41))
                    .isInstanceOf(RateLimitExceededException.class);
            costs.print(40);
        }
    }

    @Test
    void byBean() {
        try (Deployed app = Deployed.with(Shop.Costs.class, Shop.Load.class)) {
            Shop.Costs costs = app.get(Shop.Costs.class);
            costs.search("weir");
            assertThat(left(app, "search")).isEqualTo(99);
            app.get(Shop.Load.class).high(true);
            costs.search("weir");
            assertThat(left(app, "search")).isEqualTo(79);
            app.get(RateLimiter.class).tryAcquire("search");
            assertThat(left(app, "search")).isEqualTo(59);
        }
    }

    @Test
    void byBeanInConfiguration() {
        Map<String, String> settings = Snippets.settings("a cost in configuration");
        try (Deployed app = Deployed.with(settings, Shop.Costs.class, Shop.Load.class)) {
            app.get(Shop.Costs.class).export();
            assertThat(left(app, "export")).as("the cost of the annotation is gone").isEqualTo(99);
        }
    }

    private static long left(Deployed app, String policy) {
        return app.get(RateLimiter.class).peek(policy).get(0).remaining();
    }
}
