package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Key;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.Reservation;
import io.weir.Settled;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call costs is known when it is over. */
class SettledTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Model {
            Answer answer(String question) {
                return new Answer("tea", question.length());
            }
        }

        // guide: a result that knows its cost
        public record Answer(String text, long tokens) implements Settled {
            @Override
            public long actualCost() {
                return tokens;
            }
        }

        // end

        @ApplicationScoped
        class Assistant {

            @Inject Model model;

            // guide: an estimate that is settled
            @RateLimited(
                    name = "assistant",
                    value = "10000/min, 500000/month in UTC",
                    cost = 500,
                    countWhen = CountWhen.SETTLED)
            public Answer ask(String question) {
                return model.answer(question);
            }

            // end

            @RateLimited(name = "later", value = "10/hour", cost = 5, countWhen = CountWhen.SETTLED)
            public CompletionStage<Answer> later(CompletableFuture<Answer> answer) {
                return answer;
            }

            @RateLimited(
                    name = "failing",
                    value = "10/hour",
                    cost = 5,
                    countWhen = CountWhen.SETTLED)
            public Answer failing() {
                throw new IllegalStateException("no model");
            }

            @RateLimited(name = "odd", value = "10/hour", cost = 5, countWhen = CountWhen.SETTLED)
            public Settled odd() {
                return () -> {
                    throw new IllegalStateException("nobody has counted");
                };
            }
        }

        @WebServlet("/questions")
        class Questions extends HttpServlet {

            private static final long serialVersionUID = 1L;

            private final transient Model model = new Model();

            // guide: a servlet that knows its cost
            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                Answer answer = model.answer(request.getParameter("question"));
                request.setAttribute(Settled.class.getName(), answer);
                response.getWriter().print(answer.text());
            }
            // end
        }

        @ApplicationScoped
        class ByHand {

            @Inject Model model;

            // guide: a reservation
            @Inject RateLimiter limiter;

            public String ask(String question) {
                Reservation reserved = limiter.reserve("chat", 500);
                if (!(reserved.decision() instanceof Decision.Admitted)) {
                    return "Ask again later";
                }
                Answer answer = model.answer(question);
                reserved.settle(answer.tokens());
                return answer.text();
            }
            // end
        }
    }

    private static long left(RateLimiter limiter, String policy) {
        return limiter.peek(policy).get(0).remaining();
    }

    @Test
    void aResultSaysWhatItHasCost() {
        try (Deployed app = Deployed.with(Map.of(), Shop.Assistant.class, Shop.Model.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            Shop.Assistant assistant = app.get(Shop.Assistant.class);
            assistant.ask("x".repeat(200));
            assertThat(left(limiter, "assistant")).isEqualTo(9_800);
            assistant.ask("x".repeat(9_700));
            assertThat(left(limiter, "assistant")).isEqualTo(100);
            assertThat(limiter.peek("assistant").get(1).remaining()).isEqualTo(490_100);
        }
    }

    @Test
    void aStageSaysItWhenItIsThereAndWhoFailsPaysTheEstimate() {
        try (Deployed app = Deployed.with(Map.of(), Shop.Assistant.class, Shop.Model.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            Shop.Assistant assistant = app.get(Shop.Assistant.class);
            CompletableFuture<Shop.Answer> answer = new CompletableFuture<>();
            assistant.later(answer);
            assertThat(left(limiter, "later")).isEqualTo(5);
            answer.complete(new Shop.Answer("tea", 2));
            assertThat(left(limiter, "later")).isEqualTo(8);
            assistant.later(CompletableFuture.failedFuture(new IllegalStateException()));
            assertThat(left(limiter, "later")).isEqualTo(3);
            assertThat(assistant.odd()).isNotNull();
            assertThat(left(limiter, "odd")).isEqualTo(5);
            assertThatThrownBy(assistant::failing).isInstanceOf(IllegalStateException.class);
            assertThat(left(limiter, "failing")).isEqualTo(5);
        }
    }

    @Test
    void aServletSaysItWithItsRequest(@TempDir Path directory) throws Exception {
        Map<String, String> settings = Snippets.settings("settled by a servlet");
        try (Served app = Served.with(directory, settings, Shop.Questions.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            Key client = Key.ofClient("127.0.0.1");
            String question = "/questions?question=" + "x".repeat(200);
            assertThat(app.get(question).body()).isEqualTo("tea");
            assertThat(limiter.peek("questions", client).get(0).remaining()).isEqualTo(9_800);
            app.get("/questions?question=");
            assertThat(limiter.peek("questions", client).get(0).remaining()).isEqualTo(9_800);
            assertThat(app.get("/questions").statusCode()).isEqualTo(500);
            assertThat(limiter.peek("questions", client).get(0).remaining()).isEqualTo(9_300);
        }
    }

    @Test
    void byHandItIsReservedAndSettled() {
        try (Deployed app =
                Deployed.with(
                        Snippets.settings("settled by hand"),
                        Shop.ByHand.class,
                        Shop.Model.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            Shop.ByHand chat = app.get(Shop.ByHand.class);
            assertThat(chat.ask("x".repeat(99_900))).isEqualTo("tea");
            assertThat(left(limiter, "chat")).isEqualTo(100);
            assertThat(chat.ask("tea?")).isEqualTo("Ask again later");
            Key other = Key.ofClient("203.0.113.9");
            Reservation reserved = limiter.reserve("chat", other, 100_000);
            assertThat(reserved.settle(10)).isTrue();
            assertThat(reserved.settle(20)).isFalse();
            assertThat(limiter.peek("chat", other).get(0).remaining()).isEqualTo(99_990);
            Reservation refused = limiter.reserve("chat", other, 100_001);
            assertThat(refused.decision()).isInstanceOf(Decision.Impossible.class);
            assertThat(refused.settle(1)).isFalse();
            assertThatThrownBy(() -> limiter.reserve("chat", 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("estimate is 0");
            assertThatThrownBy(() -> limiter.reserve("chat", 1).settle(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("actual is -1");
        }
    }

    @Test
    void onlyAPolicyThatCountsSoCanBeReserved() {
        Map<String, String> settings =
                Map.of("weir.policies", "plain", "weir.policy.plain.limit", "10/hour");
        try (Deployed app = Deployed.with(settings)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            assertThatThrownBy(() -> limiter.reserve("plain", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weir.policy.plain.count-when = settled");
            assertThat(left(limiter, "plain")).isEqualTo(10);
        }
    }
}
