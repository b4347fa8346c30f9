package io.weir.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.RefusalResponse;
import io.weir.internal.guard.PolicyDecision;
import io.weir.testing.Policies;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {

    private static final Policy ORDERS =
            Policy.of(
                    "orders",
                    new Limit.SlidingWindow(3, Duration.ofSeconds(1)),
                    new Limit.SlidingWindow(20, Duration.ofSeconds(60)));

    private static final String HOSTILE = "a\"b\\c<script>alert(1)</script>&'";

    private final Answers answers =
            new Answers(
                    new AnswerSettings(AnswerSettings.When.REFUSED, AnswerSettings.Form.DRAFT_11));

    private static Answer refusal(
            Answers answers, Policy policy, Decision decision, @Nullable String accept) {
        return answers.refusal(new RateLimitExceededException(policy, decision), accept);
    }

    @Test
    void aRefusalIsAProblem() {
        Answer answer = refusal(answers, ORDERS, refused(Duration.ofMillis(400)), null);

        assertThat(answer)
                .isEqualTo(
                        new Answer(
                                429,
                                List.of(
                                        new Answer.Field("Retry-After", "1"),
                                        new Answer.Field("Cache-Control", "no-store")),
                                "application/problem+json",
                                "{\"type\":\"https://iana.org/assignments/http-problem-types"
                                        + "#quota-exceeded\",\"title\":\"Too Many Requests\","
                                        + "\"status\":429,\"detail\":\"You sent too many requests."
                                        + " Try again in 1 second.\","
                                        + "\"violated-policies\":[\"orders-1s\"]}"));
        JsonObject problem = parse(answer.body());
        assertThat(problem.getInt("status")).isEqualTo(429);
        assertThat(violated(problem)).containsExactly("orders-1s");
    }

    @Test
    void whoIsDeniedIsForbiddenAndNoWaitHelps() {
        Decision denied = new Decision.Denied();
        assertThat(refusal(answers, ORDERS, denied, null))
                .isEqualTo(
                        new Answer(
                                403,
                                List.of(new Answer.Field("Cache-Control", "no-store")),
                                "application/problem+json",
                                "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                                        + "\"detail\":\"Requests from your network are not accepted"
                                        + " here.\"}"));
        assertThat(refusal(answers, ORDERS, denied, "text/html").body())
                .contains("<h1>Forbidden</h1>", "not accepted here");
        assertThat(refusal(answers, ORDERS, denied, "text/plain").body())
                .isEqualTo("Requests from your network are not accepted here.\n");
        assertThat(answers.fields(List.of(new PolicyDecision(ORDERS, denied)))).isEmpty();
        Answers own =
                new Answers(
                        new AnswerSettings(
                                AnswerSettings.When.REFUSED, AnswerSettings.Form.DRAFT_11),
                        refused ->
                                new RefusalResponse.Content(
                                        refused.status(), "text/x-own", refused.detail()));
        assertThat(refusal(own, ORDERS, denied, null).status()).isEqualTo(403);
    }

    @Test
    void unknownViolatedLimitsAreAllOfThePolicy() {
        Decision refused = new Decision.Refused(Duration.ofSeconds(30), List.of(), List.of());

        assertThat(violated(parse(refusal(answers, ORDERS, refused, null).body())))
                .containsExactly("orders-1s", "orders-60s");
    }

    @Test
    void whatCanNeverBeMetSaysNoTimeAndNamesTheSmallestLimit() {
        Answer answer = refusal(answers, ORDERS, new Decision.Impossible(List.of()), null);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsExactly(new Answer.Field("Cache-Control", "no-store"));
        JsonObject problem = parse(answer.body());
        assertThat(problem.getString("type"))
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(problem.getString("detail"))
                .isEqualTo(
                        "This request asks for more at once than its rate limit ever allows. Ask"
                                + " for less.");
        assertThat(violated(problem)).containsExactly("orders-1s");
    }

    @Test
    void unavailableIs503AndSaysNothingOfTheStore() {
        Policy fast = Policy.of("fast", new Limit.SlidingWindow(1, Duration.ofMillis(10)));
        Answer answer =
                refusal(answers, fast, new Decision.Unavailable(Duration.ofMillis(1_500)), null);

        assertThat(answer)
                .isEqualTo(
                        new Answer(
                                503,
                                List.of(
                                        new Answer.Field("Retry-After", "2"),
                                        new Answer.Field("Cache-Control", "no-store")),
                                "application/problem+json",
                                "{\"type\":\"https://iana.org/assignments/http-problem-types"
                                        + "#temporary-reduced-capacity\","
                                        + "\"title\":\"Service Unavailable\",\"status\":503,"
                                        + "\"detail\":\"The service is temporarily at reduced"
                                        + " capacity. Try again in 2 seconds.\"}"));
        assertThat(parse(answer.body())).doesNotContainKey("violated-policies");
    }

    @Test
    void anAdmissionIsNoRefusal() {
        Decision admitted = new Decision.Admitted(List.of());
        assertThatThrownBy(() -> refusal(answers, ORDERS, admitted, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBrowserGetsOnePage() {
        Answer answer = refusal(answers, ORDERS, refused(Duration.ofSeconds(30)), "text/html");

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.contentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(header(answer, "Retry-After")).contains("30");
        assertThat(answer.body())
                .isEqualTo(
                        """
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta name="viewport" content="width=device-width">
                        <title>Too Many Requests</title>
                        </head>
                        <body>
                        <h1>Too Many Requests</h1>
                        <p>You sent too many requests. Try again in 30 seconds.</p>
                        </body>
                        </html>
                        """);
    }

    @Test
    void plainTextIsOneLine() {
        Answer answer = refusal(answers, ORDERS, refused(Duration.ofSeconds(30)), "text/plain");

        assertThat(answer.contentType()).isEqualTo("text/plain;charset=UTF-8");
        assertThat(answer.body())
                .isEqualTo("You sent too many requests. Try again in 30 seconds.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.000000001S, 1",
        "PT0.999999999S, 1",
        "PT1S, 1",
        "PT1.000000001S, 2",
        "PT30S, 30",
        "PT59.000000001S, 60",
        "PT60S, 60",
        "PT60.000000001S, 60", // above the cap
        "PT1H, 60",
        "PT0S, 1" // no store says so: never 0 all the same
    })
    void retryAfterIsRoundedUpAndCapped(Duration wait, String expected) {
        assertThat(header(refusal(answers, ORDERS, refused(wait), null), "Retry-After"))
                .contains(expected);
    }

    @Test
    void theCapOfABucketIsTheTimeToFillIt() {
        // 10 tokens at one every 300 ms: 3 s. A cap of 2.7 s is rounded up too.
        Policy ten = Policy.of("t", new Limit.TokenBucket(200, Duration.ofMinutes(1), 10));
        Policy nine = Policy.of("n", new Limit.TokenBucket(200, Duration.ofMinutes(1), 9));
        Decision endless = refused(Duration.ofHours(1));

        assertThat(header(refusal(answers, ten, endless, null), "Retry-After")).contains("3");
        assertThat(header(refusal(answers, nine, endless, null), "Retry-After")).contains("3");
    }

    @Test
    void anEndlessDurationIsStillAnInteger() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        Decision unavailable = new Decision.Unavailable(endless);

        assertThat(header(refusal(answers, ORDERS, unavailable, null), "Retry-After"))
                .contains("999999999999999");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1 second",
        "2, 2 seconds",
        "120, 120 seconds",
        "121, 3 minutes",
        "180, 3 minutes",
        "7200, 120 minutes",
        "7201, 3 hours",
        "172800, 48 hours",
        "172801, 3 days",
        "31622400, 366 days"
    })
    void aWaitIsReadable(long seconds, String expected) {
        Policy year = Policy.of("long", new Limit.SlidingWindow(1, Duration.ofDays(366)));
        Answer answer = refusal(answers, year, refused(Duration.ofSeconds(seconds)), "text/plain");

        assertThat(answer.body())
                .isEqualTo("You sent too many requests. Try again in " + expected + ".\n");
        assertThat(header(answer, "Retry-After")).contains(Long.toString(seconds));
    }

    @Test
    void aHostileNameAppearsOnlyEscaped() {
        Policy hostile = Policy.of(HOSTILE, new Limit.SlidingWindow(1, Duration.ofSeconds(60)));
        LimitState state =
                new LimitState(HOSTILE, 1, Duration.ofSeconds(60), 0, Duration.ofSeconds(9));
        Decision refused =
                new Decision.Refused(Duration.ofSeconds(9), List.of(HOSTILE), List.of(state));

        String json = refusal(answers, hostile, refused, null).body();
        assertThat(json).doesNotContain("<", ">", "&", "a\"b", "\\c");
        assertThat(violated(parse(json))).containsExactly(HOSTILE);
        for (String accept : List.of("text/html", "text/plain")) {
            assertThat(refusal(answers, hostile, refused, accept).body())
                    .doesNotContain("script", "alert", "a\"b");
        }
        assertThat(answers.fields(List.of(new PolicyDecision(hostile, refused))))
                .containsExactly(
                        new Answer.Field(
                                "RateLimit-Policy",
                                "\"a\\\"b\\\\c<script>alert(1)</script>&'\";q=1;w=60"),
                        new Answer.Field(
                                "RateLimit", "\"a\\\"b\\\\c<script>alert(1)</script>&'\";r=0;t=9"));
    }

    @Test
    void theKeyAndTheInnerNameStayInside() {
        Policy inner =
                Policies.named("com.example.Shop#secretMethod(long)")
                        .wireName("100-in-60s")
                        .limits(new Limit.SlidingWindow(100, Duration.ofSeconds(60)))
                        .policy();
        for (Decision decision :
                List.of(
                        new Decision.Refused(Duration.ofSeconds(1), List.of(), List.of()),
                        new Decision.Impossible(List.of()),
                        new Decision.Unavailable(Duration.ofSeconds(1)))) {
            for (String accept : List.of("*/*", "text/html", "text/plain")) {
                assertThat(refusal(answers, inner, decision, accept).toString())
                        .doesNotContain("com.example", "secretMethod", "Shop");
            }
        }
    }

    @Test
    void theRequestIsNotReflected() {
        Answer answer =
                refusal(
                        answers,
                        ORDERS,
                        refused(Duration.ofSeconds(1)),
                        "text/html;reflected=\"<script>\", reflected/reflected");

        assertThat(answer.toString()).doesNotContainIgnoringCase("reflected", "<script>");
    }

    @ParameterizedTest
    @EnumSource(AnswerSettings.When.class)
    void onlyAlwaysIsAlways(AnswerSettings.When when) {
        assertThat(new Answers(new AnswerSettings(when, AnswerSettings.Form.DRAFT_11)).always())
                .isEqualTo(when == AnswerSettings.When.ALWAYS);
    }

    private static Decision refused(Duration wait) {
        return new Decision.Refused(wait, List.of("orders-1s"), List.of());
    }

    private static Optional<String> header(Answer answer, String name) {
        return answer.headers().stream()
                .filter(field -> field.name().equals(name))
                .map(Answer.Field::value)
                .findFirst();
    }

    private static List<String> violated(JsonObject problem) {
        return problem.getJsonArray("violated-policies").getValuesAs(JsonString::getString);
    }

    private static JsonObject parse(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    private static Answers own(RefusalResponse own) {
        return new Answers(
                new AnswerSettings(AnswerSettings.When.REFUSED, AnswerSettings.Form.DRAFT_11), own);
    }

    @Test
    void anApplicationMayAnswerByItself() {
        Answers own =
                own(
                        r ->
                                new RefusalResponse.Content(
                                        r.status(),
                                        "application/json",
                                        "{\"wait\":%d,\"detail\":\"%s\",\"policy\":\"%s\"}"
                                                .formatted(
                                                        r.retryAfter().orElseThrow(),
                                                        r.detail(),
                                                        r.policy().name()),
                                        Map.of("X-Accept", r.accept())));
        assertThat(refusal(own, ORDERS, refused(Duration.ofSeconds(30)), "text/html"))
                .isEqualTo(
                        new Answer(
                                429,
                                List.of(
                                        new Answer.Field("Retry-After", "30"),
                                        new Answer.Field("Cache-Control", "no-store"),
                                        new Answer.Field("X-Accept", "text/html")),
                                "application/json",
                                "{\"wait\":30,\"detail\":\"You sent too many requests. Try again in"
                                        + " 30 seconds.\",\"policy\":\"orders\"}"));
    }

    @Test
    @SuppressWarnings("NullAway") // an application may not be checked
    void anApplicationThatCannotAnswerLetsWeirDoIt() {
        for (RefusalResponse broken :
                List.<RefusalResponse>of(
                        r -> null,
                        r -> {
                            throw new IllegalStateException("broken");
                        },
                        r -> new RefusalResponse.Content(200, "text/plain", "fine"),
                        r -> new RefusalResponse.Content(429, "text/plain\r\nX: y", "split"),
                        r -> new RefusalResponse.Content(429, "", "no type"),
                        r -> new RefusalResponse.Content(429, "plain", "no type"),
                        r -> new RefusalResponse.Content(429, "text/plain/x", "no type"),
                        r -> new RefusalResponse.Content(429, "text/plain;charset", "no type"),
                        r ->
                                new RefusalResponse.Content(
                                        429, "text/plain", "split", Map.of("X", "a\nY: b")))) {
            for (int i = 0; i < 2; i++) {
                assertThat(refusal(own(broken), ORDERS, refused(Duration.ofSeconds(30)), null))
                        .isEqualTo(refusal(answers, ORDERS, refused(Duration.ofSeconds(30)), null));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain; charset=utf-8",
                "application/vnd.api+json;profile=\"a b\"",
                "application/problem+xml ;a=b\t; c=d",
                "text/html;",
                "text/html;; charset=utf-8",
                "text/plain; a=\"a \\\"word\\\";\"",
            })
    void anApplicationsTypeMayHaveParameters(String type) {
        Answers own = own(r -> new RefusalResponse.Content(429, type, "x"));
        assertThat(refusal(own, ORDERS, refused(Duration.ofSeconds(30)), null).contentType())
                .isEqualTo(type);
    }

    @Test
    void whatIsWeirsIsNotTheApplications() {
        Answers own =
                own(
                        r ->
                                new RefusalResponse.Content(
                                        429,
                                        "text/plain",
                                        "x",
                                        java.util.Map.of(
                                                "retry-after", "0",
                                                "Cache-Control", "public",
                                                "ratelimit", "x",
                                                "Content-Length", "9",
                                                "transfer-encoding", "chunked",
                                                "X-Own", "yes")));
        assertThat(refusal(own, ORDERS, refused(Duration.ofSeconds(30)), null).headers())
                .extracting(Answer.Field::name, Answer.Field::value)
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple("Retry-After", "30"),
                        org.assertj.core.api.Assertions.tuple("Cache-Control", "no-store"),
                        org.assertj.core.api.Assertions.tuple("X-Own", "yes"));
    }

    @Test
    @SuppressWarnings("NullAway") // what an application without NullAway may do
    void anAnswerWithoutTextOrTypeIsNone() {
        for (RefusalResponse broken :
                List.<RefusalResponse>of(
                        r -> new RefusalResponse.Content(418, "text/plain", null),
                        r -> new RefusalResponse.Content(418, null, "x"))) {
            assertThat(refusal(own(broken), ORDERS, refused(Duration.ofSeconds(30)), null).status())
                    .isEqualTo(429);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "content-disposition",
                "Content-Encoding",
                "ETag",
                "Last-Modified",
                "Expires",
                "Cache-Control",
                "CDN-Cache-Control",
                "Example-CDN-Cache-Control",
                "Location",
                "Refresh",
                "Retry-After",
                "RateLimit",
                "ratelimit-policy"
            })
    void whatDescribesTheContentGoes(String field) {
        assertThat(answers.replaces(field)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Security-Policy",
                "content-security-policy-report-only",
                "Set-Cookie",
                "Strict-Transport-Security",
                "X-Content-Type-Options",
                "Vary",
                "Access-Control-Allow-Origin",
                "WWW-Authenticate",
                "X-Request-Id",
                "Link"
            })
    void whatIsThereForAnythingElseStays(String field) {
        assertThat(answers.replaces(field)).isFalse();
    }
}
