package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Optional;

/** What every answer of its kind has in common, on every server. */
final class Answers {

    private Answers() {}

    static String field(HttpResponse<?> answer, String name) {
        assertThat(answer.headers().allValues(name)).as(name).hasSize(1);
        return answer.headers().firstValue(name).orElseThrow();
    }

    /** Open Liberty adds to each answer with a cookie what keeps the cookie from being kept. */
    static void assertNotKept(HttpResponse<?> answer) {
        assertThat(field(answer, "Cache-Control").replace(", no-cache=set-cookie", ""))
                .isEqualTo("no-store");
        assertThat(answer.headers().firstValue("Expires"))
                .isIn(Optional.empty(), Optional.of("Thu, 01 Dec 1994 16:00:00 GMT"));
    }

    static void assertAdmitted(HttpResponse<String> answer, String body) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
    }

    /** Refused by a policy of one limit a minute. */
    static void assertRefused(HttpResponse<String> answer, long permits) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        String retryAfter = field(answer, "Retry-After");
        assertThat(Integer.parseInt(retryAfter)).isBetween(1, 60);
        assertNotKept(answer);
        assertThat(field(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(answer.body())
                .contains(
                        "\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"")
                .contains("\"status\":429")
                .contains("\"violated-policies\":[\"");
        assertThat(field(answer, "RateLimit-Policy")).contains(";q=" + permits + ";w=60");
        assertThat(field(answer, "RateLimit")).contains(";r=0;t=" + retryAfter);
    }
}
