package io.weir.http;

import io.weir.Decision;
import io.weir.Policy;
import io.weir.RefusalResponse;
import io.weir.gate.Counted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a client gets; the edges only write it. Nothing of the request is repeated in an
 * answer, and nothing of the inside but the names of policies. Immutable.
 */
public final class Answers {

    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    private static final System.Logger LOG = System.getLogger("io.weir");

    /** What an application's own answer does not change, beside the rate limit fields. */
    private static final List<String> OURS =
            List.of("Retry-After", "Cache-Control", "Content-Type", "Content-Length");

    private final AnswerRules rules;
    private final @Nullable RefusalResponse own;
    private final AtomicBoolean complained = new AtomicBoolean();

    /**
     * Answers by these rules.
     *
     * @param rules how answers look
     */
    public Answers(AnswerRules rules) {
        this(rules, null);
    }

    /**
     * Answers by these rules, or as the application says.
     *
     * @param rules how answers look
     * @param own the application's own answers; null: none
     */
    public Answers(AnswerRules rules, @Nullable RefusalResponse own) {
        this.rules = rules;
        this.own = own;
    }

    /**
     * Whether answers that refuse nothing carry {@link #fields} too.
     *
     * @return true if they do; refusals always ask for them
     */
    public boolean always() {
        return rules.fields() == AnswerRules.When.ALWAYS;
    }

    /**
     * The rate limit fields, merged over all decisions of a request: Structured Field Lists (RFC
     * 9651) of one line each, with one item for each limit, in the order of the decisions. Of
     * limits with the same name the most restrictive is kept. What is not known is left out, and so
     * are policies that cannot refuse.
     *
     * @param counted the decisions of the request so far
     * @return the fields; empty if the rules want none, if nothing is known, or if a policy that
     *     can refuse is {@linkplain Decision.Unavailable unavailable}
     */
    public List<Answer.Field> fields(List<Counted> counted) {
        return rules.fields() == AnswerRules.When.NONE
                ? List.of()
                : RateLimitFields.of(rules.form(), counted);
    }

    /**
     * What {@link #fields} are called.
     *
     * @return names of header fields
     */
    public List<String> fieldNames() {
        return RateLimitFields.names(rules.form());
    }

    /**
     * The answer to a refused request: 429 (RFC 6585), or 503 for {@link Decision.Unavailable},
     * with {@code Retry-After} in seconds unless no wait helps, and with a body of the type that
     * the client accepts: {@code application/problem+json} (RFC 9457) unless it prefers {@code
     * text/html} or {@code text/plain}. Status, body and further fields are the application's,
     * where it has a {@link RefusalResponse}.
     *
     * @param policy the policy that refused
     * @param decision the refusal, never {@link Decision.Admitted}
     * @param accept the request's {@code Accept}, several lines joined by commas; null if absent
     * @param method the request's method; {@code HEAD} gets no body, but the length of it
     * @return the answer
     * @throws IllegalArgumentException if the decision is an admission
     */
    public Answer refusal(
            Policy policy, Decision decision, @Nullable String accept, String method) {
        if (decision instanceof Decision.Admitted) {
            throw new IllegalArgumentException("an admission is no refusal");
        }
        OptionalLong retryAfter = WholeSeconds.retryAfter(policy, decision);
        boolean unavailable = decision instanceof Decision.Unavailable;
        int status = unavailable ? 503 : 429;
        String title = unavailable ? "Service Unavailable" : "Too Many Requests";
        String detail = detail(unavailable, retryAfter);
        // No Vary: what may not be stored is never chosen for another request.
        List<Answer.Field> headers = new ArrayList<>();
        retryAfter.ifPresent(s -> headers.add(new Answer.Field("Retry-After", Long.toString(s))));
        headers.add(new Answer.Field("Cache-Control", "no-store"));
        RefusalResponse.Content content =
                own(
                        new RefusalResponse.Refusal(
                                policy,
                                decision,
                                status,
                                retryAfter,
                                detail,
                                accept == null ? "" : accept));
        if (content != null) {
            Set<String> ours = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            ours.addAll(fieldNames());
            ours.addAll(OURS);
            content.fields()
                    .forEach(
                            (name, value) -> {
                                if (!ours.contains(name)) {
                                    headers.add(new Answer.Field(name, value));
                                }
                            });
            return answer(content.status(), headers, content.type(), content.text(), method);
        }
        MediaType type = MediaType.accepted(accept);
        String body =
                switch (type) {
                    case PROBLEM_JSON ->
                            problem(
                                    unavailable ? "temporary-reduced-capacity" : "quota-exceeded",
                                    title,
                                    status,
                                    detail,
                                    unavailable ? List.of() : Violated.names(policy, decision));
                    case HTML -> page(title, detail);
                    case PLAIN -> detail + "\n";
                };
        return answer(status, headers, type.contentType(), body, method);
    }

    private static Answer answer(
            int status, List<Answer.Field> headers, String type, String body, String method) {
        if (!method.equals("HEAD")) {
            return new Answer(status, List.copyOf(headers), type, body);
        }
        // Else a container counts the empty body and says 0, which RFC 9110, 8.6 forbids.
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        headers.add(new Answer.Field("Content-Length", Integer.toString(length)));
        return new Answer(status, List.copyOf(headers), type, "");
    }

    /** What the application says itself, or null: nobody gets a 500 for its mistakes. */
    private RefusalResponse.@Nullable Content own(RefusalResponse.Refusal refusal) {
        if (own == null) {
            return null;
        }
        RefusalResponse.Content content = null;
        Throwable thrown = null;
        try {
            content = own.answer(refusal);
        } catch (Exception | Error e) { // whatever code of the application throws
            thrown = e;
        }
        if (content == null && complained.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "A RefusalResponse threw or answered nothing; this is logged once, Weir answers"
                            + " instead",
                    thrown);
        }
        return content;
    }

    private static String detail(boolean unavailable, OptionalLong retryAfter) {
        if (retryAfter.isEmpty()) {
            return "This request asks for more at once than its rate limit ever allows. Ask for"
                    + " less.";
        }
        return (unavailable
                        ? "The service is temporarily at reduced capacity."
                        : "You sent too many requests.")
                + " Try again in "
                + text(retryAfter.getAsLong())
                + ".";
    }

    /** A wait for a person to read: never shorter than the seconds, in a unit of their size. */
    private static String text(long seconds) {
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds <= 120) {
            return seconds + " seconds";
        }
        long minutes = (seconds + 59) / 60;
        if (minutes <= 120) {
            return minutes + " minutes";
        }
        long hours = (seconds + 3_599) / 3_600;
        return hours <= 48 ? hours + " hours" : (hours + 23) / 24 + " days";
    }

    private static String problem(
            String type, String title, int status, String detail, List<String> violated) {
        StringBuilder json = new StringBuilder();
        json.append("{\"type\":").append(quoted(TYPES + type));
        json.append(",\"title\":").append(quoted(title));
        json.append(",\"status\":").append(status);
        json.append(",\"detail\":").append(quoted(detail));
        if (!violated.isEmpty()) {
            List<String> names = violated.stream().map(Answers::quoted).toList();
            json.append(",\"violated-policies\":[").append(String.join(",", names)).append(']');
        }
        return json.append('}').toString();
    }

    /** A JSON string that is harmless even to who takes it for HTML. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e || "\"\\<>&".indexOf(c) >= 0) {
                json.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** Names of policies mean nothing to a person, so nothing here needs escaping. */
    private static String page(String title, String detail) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width">
                <title>%1$s</title>
                </head>
                <body>
                <h1>%1$s</h1>
                <p>%2$s</p>
                </body>
                </html>
                """
                .formatted(title, detail);
    }
}
