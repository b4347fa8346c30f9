package io.weir.internal.operator;

import java.util.List;

/**
 * What a request would meet if it came now. Nothing was taken for it.
 *
 * @param decision what becomes of the request: {@code admitted}, {@code refused}, {@code denied},
 *     {@code impossible}, {@code unavailable}, or {@code undecided} where only the application
 *     knows
 * @param by the policy that decides so; empty if all admit
 * @param client the client's address, as it is counted
 * @param store which store decides now: {@code redis} or {@code local}
 * @param policies the policies that hold, in order
 * @param notes what is not part of this, in words
 */
public record Explanation(
        String decision,
        String by,
        String client,
        String store,
        List<Part> policies,
        List<String> notes) {

    /** Copies the lists. */
    public Explanation {
        policies = List.copyOf(policies);
        notes = List.copyOf(notes);
    }

    /**
     * One policy.
     *
     * @param policy its name
     * @param where what asks it: {@code filter}, {@code jaxrs}, {@code method}, or {@code name}
     * @param mode {@code enforce}, {@code observe} or {@code off}
     * @param decision what it decides, as above; what it would decide where it only observes
     * @param passes whether the request goes on
     * @param why more of it, in words; empty if there is no more
     * @param store who decides it: {@code redis}, {@code local} or {@code outage-rule}; empty where
     *     nobody counts
     * @param plan the caller's plan; empty: none
     * @param key the key, as it stands between braces in Redis; the parts that are known, where it
     *     is not
     * @param digits the key as it is called in the log; empty where it is not known
     * @param cost permits
     * @param retryAfterMillis how long the client has to wait at least; 0 if it has not
     * @param limits what is left, empty where nobody can tell
     * @param asks what only the application knows; empty if all is known
     * @param candidate what other limits that are tried would decide, in words; empty: there are
     *     none, or nobody can tell
     * @param meaning the limits in words, and where each part of the policy comes from
     * @param override what an operator has changed and until when; empty: nothing
     */
    public record Part(
            String policy,
            String where,
            String mode,
            String decision,
            boolean passes,
            String why,
            String store,
            String plan,
            String key,
            String digits,
            long cost,
            long retryAfterMillis,
            List<Left> limits,
            List<String> asks,
            String candidate,
            String meaning,
            String override) {

        /** Copies the lists. */
        public Part {
            limits = List.copyOf(limits);
            asks = List.copyOf(asks);
        }
    }

    /**
     * What is left of one limit.
     *
     * @param limit its name on the wire
     * @param permits the most that can be taken at once
     * @param remaining what is left
     * @param windowMillis the time after which all is free again
     * @param nextMillis the time until one more is free; 0 if all are
     */
    public record Left(
            String limit, long permits, long remaining, long windowMillis, long nextMillis) {}
}
