package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limiter, asked by hand. */
class ByHandTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Sms {

            @Inject RateLimiter limiter;

            // guide: what a decision says
            public String send(String text) {
                Decision decision = limiter.tryAcquire("sms");
                if (decision instanceof Decision.Refused refused) {
                    return "again in " + refused.retryAfter().toMinutes() + " minutes";
                }
                return decision instanceof Decision.Admitted ? "sent" : "not now";
            }

            // end

            // guide: try and wait
            public boolean sendSoon(String text) throws InterruptedException {
                return limiter.acquire(Duration.ofSeconds(2), "sms") instanceof Decision.Admitted;
            }

            // end

            // guide: look without taking
            public long left() {
                return limiter.peek("sms").stream()
                        .mapToLong(limit -> limit.remaining())
                        .min()
                        .orElse(0);
            }

            // end
        }

        @ApplicationScoped
        class Imports {

            @Inject RateLimiter limiter;

            // guide: a policy of your own
            private static final Policy IMPORTS =
                    Policy.of("imports", new Limit.SlidingWindow(10, Duration.ofHours(1)));

            public boolean mayImport(long customer) {
                return limiter.tryAcquire(IMPORTS, customer) instanceof Decision.Admitted;
            }
            // end
        }

        @ApplicationScoped
        class Support {

            @Inject RateLimiter limiter;

            @RateLimited(name = "statements", value = "30/hour", key = "principal")
            public void statement() {}

            // guide: the key of somebody else
            public boolean mayHaveThree(String user) {
                Key key = Key.of(List.of(new Key.Part(KeySource.Kind.PRINCIPAL, user)), List.of());
                return limiter.tryAcquire("statements", key, 3) instanceof Decision.Admitted;
            }

            public boolean forgive(String address) {
                return limiter.reset("view_count", Key.ofClient(address, "7"));
            }
            // end
        }
    }

    @Test
    void aPolicyThatIsOnlyUsedByHand() throws Exception {
        try (Deployed app = Deployed.with(Snippets.settings("only by hand"), Shop.Sms.class)) {
            Shop.Sms sms = app.get(Shop.Sms.class);
            assertThat(sms.left()).isEqualTo(5);
            for (int i = 0; i < 4; i++) {
                assertThat(sms.send("hello")).isEqualTo("sent");
            }
            assertThat(sms.sendSoon("hello")).isTrue();
            assertThat(sms.left()).isZero();
            assertThat(sms.send("hello")).matches("again in (59|60) minutes");
            assertThat(sms.sendSoon("hello")).as("who would wait longer does not wait").isFalse();
        }
    }

    @Test
    void aPolicyThatNobodyDeclares() {
        try (Deployed app = Deployed.with(Shop.Imports.class)) {
            Shop.Imports imports = app.get(Shop.Imports.class);
            for (int i = 0; i < 10; i++) {
                assertThat(imports.mayImport(1)).isTrue();
            }
            assertThat(imports.mayImport(1)).isFalse();
            assertThat(imports.mayImport(2)).isTrue();
            assertThatThrownBy(() -> app.get(RateLimiter.class).peek("imports"))
                    .as("it has no name that could be looked up")
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("imports");
        }
    }

    @Test
    void theKeyOfSomebodyElse(@TempDir java.nio.file.Path directory) throws Exception {
        try (Served app =
                Served.with(
                        directory,
                        Map.of(),
                        Shop.Support.class,
                        MostUsedTest.Shop.ViewCounter.class)) {
            Shop.Support support = app.get(Shop.Support.class);
            app.page((request, response) -> support.statement());
            for (int i = 0; i < 9; i++) {
                assertThat(support.mayHaveThree("ann")).isTrue();
            }
            assertThat(app.admitted("/", "X-User", "ann")).isEqualTo(3);
            assertThat(support.mayHaveThree("ann")).isFalse();

            RateLimiter limiter = app.get(RateLimiter.class);
            app.page(
                    (request, response) ->
                            response.getWriter().print(limiter.tryAcquire("view_count", 7L)));
            assertThat(app.get("/").body()).startsWith("Admitted");
            assertThat(app.get("/").body()).startsWith("Refused");
            assertThat(support.forgive("127.0.0.1")).isTrue();
            assertThat(app.get("/").body()).startsWith("Admitted");
        }
    }
}
