package io.weir.internal.answer;

import io.weir.Decision;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.RefusalResponse;
import io.weir.internal.guard.PolicyDecision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a client gets; the edges only write it. Nothing of the request is repeated in an
 * answer, and nothing of the inside but the names of policies. Immutable.
 */
public final class Answers {

    private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

    private static final System.Logger LOG = System.getLogger("io.weir");

    /**
     * What was said of the content that is given up (RFC 9110, section 8), and of its way through
     * caches, beside the fields that begin with {@code Content-}.
     */
    private static final Set<String> OF_CONTENT =
            Set.of(
                    "accept-ranges",
                    "age",
                    "cache-control",
                    "digest",
                    "etag",
                    "expires",
                    "last-modified",
                    "location",
                    "pragma",
                    "refresh",
                    "repr-digest",
                    "retry-after",
                    "surrogate-control",
                    "trailer",
                    "transfer-encoding");

    /** What an application's own answer does not change, beside the rate limit fields. */
    private static final List<String> OURS =
            List.of(
                    "Retry-After",
                    "Cache-Control",
                    "Content-Type",
                    "Content-Length",
                    "Transfer-Encoding");

    /** What a refusal is called, and where that is explained. */
    private enum Kind {
        REFUSED(429, "Too Many Requests", TYPES + "quota-exceeded"),
        UNAVAILABLE(503, "Service Unavailable", TYPES + "temporary-reduced-capacity"),
        DENIED(403, "Forbidden", "about:blank");

        private final int status;
        private final String title;
        private final String type;

        Kind(int status, String title, String type) {
            this.status = status;
            this.title = title;
            this.type = type;
        }

        static Kind of(Decision decision) {
            if (decision instanceof Decision.Denied) {
                return DENIED;
            }
            return decision instanceof Decision.Unavailable ? UNAVAILABLE : REFUSED;
        }
    }

    private final AnswerSettings rules;
    private final @Nullable RefusalResponse own;
    private final AtomicBoolean complained = new AtomicBoolean();

    /**
     * Answers by these rules.
     *
     * @param rules how answers look
     */
    public Answers(AnswerSettings rules) {
        this(rules, null);
    }

    /**
     * Answers by these rules, or as the application says.
     *
     * @param rules how answers look
     * @param own the application's own answers; null: none
     */
    public Answers(AnswerSettings rules, @Nullable RefusalResponse own) {
        this.rules = rules;
        this.own = own;
    }

    /**
     * Whether answers that refuse nothing carry {@link #fields} too.
     *
     * @return true if they do; refusals always ask for them
     */
    public boolean always() {
        return rules.fields() == AnswerSettings.When.ALWAYS;
    }

    /**
     * The rate limit fields, merged over all decisions of a request: Structured Field Lists (RFC
     * 9651) of one line each, with one item for each limit, in the order of the decisions. Of
     * limits with the same name the most restrictive is kept. What is not known is left out, and so
     * are policies that cannot refuse.
     *
     * @param decisions those of the request so far
     * @return the fields; empty if the rules want none, if nothing is known, or if a policy that
     *     can refuse is {@linkplain Decision.Unavailable unavailable}
     */
    public List<Answer.Field> fields(List<PolicyDecision> decisions) {
        return rules.fields() == AnswerSettings.When.NONE
                ? List.of()
                : RateLimitFields.of(rules.form(), decisions);
    }

    private boolean isRateLimit(String field) {
        return RateLimitFields.names(rules.form()).stream().anyMatch(field::equalsIgnoreCase);
    }

    private boolean isOurs(String field) {
        return isRateLimit(field) || OURS.stream().anyMatch(field::equalsIgnoreCase);
    }

    /**
     * Whether caches that serve several clients may keep an answer: it must not say what one of
     * them has left.
     *
     * @param fields the lines of a field of the answer, by its name
     * @return true if they may
     */
    public boolean mayBeKept(Function<String, Collection<String>> fields) {
        return SharedCache.mayKeep(fields);
    }

    /**
     * Whether a field of an answer that is given up for a refusal goes with it.
     *
     * @param field the name of a field
     * @return false for what stays: cookies, what browsers are told about security and origins
     */
    public boolean replaces(String field) {
        String name = field.toLowerCase(Locale.ROOT);
        return OF_CONTENT.contains(name)
                || name.endsWith("cdn-cache-control")
                || (name.startsWith("content-") && !name.startsWith("content-security-policy"))
                || isRateLimit(field);
    }

    /**
     * The answer to a refused request: 429 (RFC 6585), 503 for {@link Decision.Unavailable}, or 403
     * for {@link Decision.Denied}, with {@code Retry-After} in seconds unless no wait helps, and
     * with a body of the type that the client accepts: {@code application/problem+json} (RFC 9457)
     * unless it prefers {@code text/html} or {@code text/plain}. Status, body and further fields
     * are the application's, where it has a {@link RefusalResponse}.
     *
     * @param refused the refusal
     * @param accept the request's {@code Accept}, several lines joined by commas; null if absent
     * @return the answer
     */
    public Answer refusal(RateLimitExceededException refused, @Nullable String accept) {
        Policy policy = refused.policy();
        Decision decision = refused.decision();
        OptionalLong retryAfter = refused.retryAfter();
        Kind kind = Kind.of(decision);
        String detail = refused.getMessage();
        // No Vary: what may not be stored is never chosen for another request.
        List<Answer.Field> headers = new ArrayList<>();
        retryAfter.ifPresent(s -> headers.add(new Answer.Field("Retry-After", Long.toString(s))));
        headers.add(new Answer.Field("Cache-Control", "no-store"));
        RefusalResponse.Content content =
                own(
                        new RefusalResponse.Refusal(
                                policy,
                                decision,
                                kind.status,
                                retryAfter,
                                detail,
                                accept == null ? "" : accept));
        if (content != null) {
            content.fields().entrySet().stream()
                    .filter(field -> !isOurs(field.getKey()))
                    .forEach(f -> headers.add(new Answer.Field(f.getKey(), f.getValue())));
            return new Answer(
                    content.status(), List.copyOf(headers), content.type(), content.text());
        }
        MediaType type = MediaType.accepted(accept);
        String body =
                switch (type) {
                    case PROBLEM_JSON ->
                            problem(
                                    kind,
                                    detail,
                                    kind == Kind.REFUSED
                                            ? RateLimitFields.violated(policy, decision)
                                            : List.of());
                    case HTML -> page(kind.title, detail);
                    case PLAIN -> detail + "\n";
                };
        return new Answer(kind.status, List.copyOf(headers), type.contentType(), body);
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

    private static String problem(Kind kind, String detail, List<String> violated) {
        StringBuilder json = new StringBuilder();
        json.append("{\"type\":").append(quoted(kind.type));
        json.append(",\"title\":").append(quoted(kind.title));
        json.append(",\"status\":").append(kind.status);
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
