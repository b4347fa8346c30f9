package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.CountWhen;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only failures count. */
class FailuresTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        // guide: a login
        @Path("login")
        @RequestScoped
        public class Login {

            @Inject Accounts accounts;

            @POST
            @RateLimited(
                    name = "guesses",
                    value = "5/15min",
                    key = "global",
                    countWhen = CountWhen.FAILURE,
                    failureStatus = "401",
                    foldIds = true)
            public String login(
                    @ResourceId @FormParam("user") String user,
                    @FormParam("password") String password) {
                return accounts.token(user, password); // or an exception that is answered with 401
            }
        }

        // end

        @ApplicationScoped
        class Accounts {
            public String token(String user, String password) {
                if (!password.equals("right")) {
                    throw new SecurityException(user);
                }
                return "token of " + user;
            }
        }

        // guide: a check that throws
        @ApplicationScoped
        public class Vouchers {

            @RateLimited(name = "voucher", value = "3/hour", countWhen = CountWhen.FAILURE)
            public long redeem(String code) {
                if (!code.equals("WEIR-2026")) {
                    throw new IllegalArgumentException("no such voucher");
                }
                return 10;
            }
        }
        // end
    }

    @Test
    void anExceptionIsAFailure() {
        try (Deployed app = Deployed.with(Shop.Vouchers.class)) {
            Shop.Vouchers vouchers = app.get(Shop.Vouchers.class);
            for (int i = 0; i < 10; i++) {
                assertThat(vouchers.redeem("WEIR-2026")).isEqualTo(10);
            }
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> vouchers.redeem("guess"))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> vouchers.redeem("WEIR-2026"))
                    .isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void whatIsAskedByHandAlwaysCounts() {
        try (Deployed app = Deployed.with(Shop.Vouchers.class)) {
            app.get(RateLimiter.class).tryAcquire("voucher");
            assertThat(app.get(RateLimiter.class).peek("voucher").get(0).remaining()).isEqualTo(2);
        }
    }

    @Test
    void aLoginPageCountsWhatItAnswers(@TempDir java.nio.file.Path directory) throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("a login page"))) {
            app.page(
                    (request, response) ->
                            response.setStatus(Integer.parseInt(request.getQueryString())));
            for (int status : new int[] {200, 302, 404, 200, 200, 200, 200}) {
                assertThat(app.send("POST", "/login?" + status).statusCode()).isEqualTo(status);
            }
            for (int status : new int[] {401, 401, 500, 401, 503}) {
                assertThat(app.send("POST", "/login?" + status).statusCode()).isEqualTo(status);
            }
            assertThat(app.send("POST", "/login?200").statusCode()).isEqualTo(429);
            assertThat(app.get("/login?200").statusCode()).isEqualTo(200);
        }
    }

    /** Answers as a mapper of JAX-RS would; the suite of the servers has a real one. */
    private static void login(Served app, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RequestContextController scope = app.get(RequestContextController.class);
        scope.activate();
        try {
            String[] who =
                    URLDecoder.decode(request.getQueryString(), StandardCharsets.UTF_8).split(":");
            response.getWriter().print(app.get(Shop.Login.class).login(who[0], who[1]));
        } catch (SecurityException e) {
            response.setStatus(401);
        } finally {
            scope.deactivate();
        }
    }

    @Test
    void guessesOfOnePasswordWhereverTheyComeFrom(@TempDir java.nio.file.Path directory)
            throws Exception {
        Map<String, String> proxy = Map.of("weir.client.trusted-proxies", "127.0.0.1");
        try (Served app = Served.with(directory, proxy, Shop.Login.class, Shop.Accounts.class)) {
            app.page((request, response) -> login(app, request, response));
            for (int i = 0; i < 25; i++) {
                assertThat(app.get("/?ann:right").body()).isEqualTo("token of ann");
            }
            for (int i = 0; i < 5; i++) {
                assertThat(app.get("/?ann:guess", "X-Forwarded-For", "203.0.113." + i).statusCode())
                        .isEqualTo(401);
            }
            for (String spelling : new String[] {"ann", "ANN", "Ann\u200b", "\u24d0nn"}) {
                String query = URLEncoder.encode(spelling, StandardCharsets.UTF_8);
                assertThat(app.get("/?" + query + ":right").statusCode()).isEqualTo(429);
            }
            assertThat(app.get("/?bob:right").statusCode()).isEqualTo(200);
        }
    }
}
