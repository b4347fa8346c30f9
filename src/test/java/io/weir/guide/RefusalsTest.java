package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.OnRefusal;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller sees of a refusal, and which calls are not limited. */
class RefusalsTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Tips {
            // guide: skipped
            @RateLimited(value = "1/day", onRefusal = OnRefusal.SKIP)
            public Optional<String> tipOfTheDay() {
                return Optional.of("Water passes a weir evenly.");
            }

            @RateLimited(value = "3/hour", onRefusal = OnRefusal.SKIP)
            public boolean remind(@ResourceId long order) {
                return true;
            }
            // end
        }

        // guide: an asynchronous result
        @ApplicationScoped
        public class Prices {

            @RateLimited("20/min")
            public CompletionStage<String> price(String article) {
                return CompletableFuture.supplyAsync(() -> "9.90");
            }
        }

        // end

        @ApplicationScoped
        class PricePage {
            // guide: a refused stage
            @Inject Prices prices;

            public CompletionStage<String> show(String article) {
                return prices.price(article).exceptionally(e -> "ask again in a minute");
            }
            // end
        }

        @ApplicationScoped
        class Catching {

            @Inject Tips tips;
            @Inject Prices prices;
            @Inject Mailer mailer;

            // guide: caught
            public String sendOrSay(String to) {
                try {
                    mailer.send(to);
                    return "sent";
                } catch (RateLimitExceededException e) {
                    return "not sent, " + e.policy().wireName() + " was reached";
                }
            }
            // end
        }

        // guide: a call of itself
        @ApplicationScoped
        public class Mailer {

            @RateLimited("10/hour")
            public void send(String to) {}

            public void sendAllUnlimited(List<String> all) {
                all.forEach(this::send); // CDI does not intercept these
            }
        }

        // end

        // guide: a bean of its own
        @ApplicationScoped
        public class Newsletter {

            @Inject Mailer mailer;

            public void sendAll(List<String> all) {
                all.forEach(mailer::send); // ten mails take ten permits
            }
        }
        // end
    }

    @Test
    void whatIsSkippedIsEmptyOrFalse() {
        try (Deployed app = Deployed.with(Shop.Tips.class)) {
            Shop.Tips tips = app.get(Shop.Tips.class);
            assertThat(tips.tipOfTheDay()).isPresent();
            assertThat(tips.tipOfTheDay()).isEmpty();
            for (int i = 0; i < 3; i++) {
                assertThat(tips.remind(1)).isTrue();
            }
            assertThat(tips.remind(1)).isFalse();
            assertThat(tips.remind(2)).isTrue();
        }
    }

    @Test
    void aRefusedStageCompletesExceptionally() {
        try (Deployed app = Deployed.with(Shop.Prices.class, Shop.PricePage.class)) {
            Shop.PricePage page = app.get(Shop.PricePage.class);
            for (int i = 0; i < 20; i++) {
                assertThat(page.show("x").toCompletableFuture().join()).isEqualTo("9.90");
            }
            assertThat(page.show("x").toCompletableFuture().join())
                    .isEqualTo("ask again in a minute");
        }
    }

    @Test
    void aRefusalMayBeCaught() {
        try (Deployed app =
                Deployed.with(
                        Shop.Catching.class,
                        Shop.Tips.class,
                        Shop.Prices.class,
                        Shop.Mailer.class)) {
            Shop.Catching catching = app.get(Shop.Catching.class);
            for (int i = 0; i < 10; i++) {
                assertThat(catching.sendOrSay("a")).isEqualTo("sent");
            }
            assertThat(catching.sendOrSay("a")).isEqualTo("not sent, 10-in-3600s was reached");
        }
    }

    @Test
    void onlyCallsOfOtherBeansAreLimited(@TempDir java.nio.file.Path directory) throws Exception {
        List<String> ten = java.util.Collections.nCopies(10, "a");
        try (Deployed app = Deployed.with(Shop.Mailer.class, Shop.Newsletter.class)) {
            Shop.Mailer mailer = app.get(Shop.Mailer.class);
            Shop.Newsletter newsletter = app.get(Shop.Newsletter.class);
            assertThat(Calls.isFree(() -> mailer.sendAllUnlimited(ten))).isTrue();
            newsletter.sendAll(ten);
            assertThatThrownBy(() -> newsletter.sendAll(List.of("b")))
                    .isInstanceOf(RateLimitExceededException.class);
        }
        try (Served app =
                Served.with(
                        directory, java.util.Map.of(), Shop.Mailer.class, Shop.Newsletter.class)) {
            app.page((request, response) -> app.get(Shop.Newsletter.class).sendAll(ten));
            assertThat(app.admitted("/")).as("one request that sends ten costs ten").isOne();
        }
    }
}
