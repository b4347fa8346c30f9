package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settings do. */
class SettingsTest {

    interface Shop {

        // guide: a bean of an EJB jar
        @ApplicationScoped // in an EJB jar: one count for all web modules that call it
        public class Mails {

            @RateLimited(name = "mails")
            public void send() {}
        }
        // end
    }

    @TempDir java.nio.file.Path directory;

    @Test
    void configurationWins() {
        try (Deployed app =
                Deployed.with(
                        Snippets.settings("configuration wins"),
                        MostUsedTest.Shop.ViewCounter.class)) {
            app.get(MostUsedTest.Shop.ViewCounter.class).countView(7);
            RateLimiter limiter = app.get(RateLimiter.class);
            assertThat(limiter.tryAcquire("view_count", 7L))
                    .isInstanceOfSatisfying(
                            Decision.Refused.class,
                            refused ->
                                    assertThat(refused.retryAfter())
                                            .isGreaterThan(Duration.ofMinutes(9)));
        }
    }

    @Test
    void settingsForAllModules() {
        try (Deployed app = Deployed.with(Snippets.settings("for all modules"), Shop.Mails.class)) {
            for (int i = 0; i < 3; i++) {
                app.get(Shop.Mails.class).send();
            }
            assertThatThrownBy(app.get(Shop.Mails.class)::send)
                    .isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void whatIsObservedPassesAndIsTold() throws Exception {
        try (Served app =
                Served.with(
                        directory, Snippets.settings("observe"), EyesTest.Shop.Refusals.class)) {
            for (int i = 0; i < 65; i++) {
                assertThat(app.get("/search").statusCode()).isEqualTo(200);
            }
            assertThat(app.get(EyesTest.Shop.Refusals.class).of("search")).isEqualTo(5);
        }
    }

    @Test
    void anErrorPageOfTheApplication() throws Exception {
        Map<String, String> settings =
                Snippets.settings("an error page", Snippets.settings("several paths"));
        try (Served app = Served.with(directory, settings)) {
            app.page(
                    (request, response) ->
                            response.getWriter().print(request.getRequestURI() + " is served"));
            assertThat(app.admitted("/api/search")).isEqualTo(60);
            HttpResponse<String> refused = app.get("/api/search");
            assertThat(refused.body()).isEqualTo("/busy.html is served");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
    }
}
