package io.weir.internal.operator;

import java.util.List;

/**
 * How a limiter is, on this node.
 *
 * @param application its name, as in its keys
 * @param node what this node calls itself among the others; empty without Redis
 * @param store which store decides now: {@code redis} or {@code local}
 * @param shared whether Redis is configured
 * @param degraded whether Redis is configured and does not decide
 * @param seconds for how long that store has decided
 * @param nodes how many nodes share the limits
 * @param skew how far this node's clock is ahead of that of Redis, in milliseconds; empty: unknown
 * @param lostCounts how often Redis had forgotten what it had counted
 * @param missedDeadlines decisions that have waited for Redis in vain
 * @param localKeys keys that are counted in this JVM
 * @param policies all policies
 * @param refused the keys that were refused most lately, on this node
 * @param findings what looks misconfigured about proxies
 */
public record Overview(
        String application,
        String node,
        String store,
        boolean shared,
        boolean degraded,
        long seconds,
        long nodes,
        String skew,
        long lostCounts,
        long missedDeadlines,
        long localKeys,
        List<PolicyView> policies,
        List<Refused> refused,
        List<String> findings) {

    /** Copies the lists. */
    public Overview {
        policies = List.copyOf(policies);
        refused = List.copyOf(refused);
        findings = List.copyOf(findings);
    }

    /**
     * One policy, and its decisions on this node since the deployment.
     *
     * @param name its name
     * @param mode {@code enforce}, {@code observe} or {@code off}; empty where only code has it
     * @param limit the text of its limits
     * @param meaning the limits in words, and where each part of it comes from
     * @param override what an operator has changed and until when; empty: nothing
     * @param admitted passed
     * @param refused a limit had too few permits left, or no wait helps, or no store could decide
     * @param wouldRefuse passed, and would not if it did not only observe
     * @param denied the client's network is denied
     * @param nearLimit admissions that have left less than a fifth
     * @param candidate other limits that are tried
     */
    public record PolicyView(
            String name,
            String mode,
            String limit,
            String meaning,
            String override,
            long admitted,
            long refused,
            long wouldRefuse,
            long denied,
            long nearLimit,
            Candidate candidate) {}

    /**
     * Other limits that are asked beside those of a policy, and what they would have refused on
     * this node since they were set. Keys are told apart by a digest, and only how many there are
     * is known.
     *
     * @param limit the text of them; empty: there are none
     * @param seconds since when they are asked
     * @param calls the calls that came
     * @param wouldRefuse those that they would have refused
     * @param clients keys with calls: all while they are few, else about so many
     * @param wouldRefuseClients keys of which a call would have been refused, as above
     * @param usage how much single keys use, for each of the limits
     */
    public record Candidate(
            String limit,
            long seconds,
            long calls,
            long wouldRefuse,
            long clients,
            long wouldRefuseClients,
            List<Usage> usage) {

        /** There is none. */
        public static final Candidate NONE = new Candidate("", 0, 0, 0, 0, 0, List.of());

        /** Copies the list. */
        public Candidate {
            usage = List.copyOf(usage);
        }
    }

    /**
     * The most that single keys have used in a window, whoever they are: at most a tenth too high.
     *
     * @param limit the text of the limit whose window it is
     * @param p50 half of them have used no more
     * @param p95 95 in a hundred have used no more
     * @param p99 99 in a hundred have used no more
     * @param greatest nobody has used more
     * @param proposal the limit that touches one key in a hundred at most; empty before a hundred
     *     were seen, and a window is over
     */
    public record Usage(
            String limit, long p50, long p95, long p99, long greatest, String proposal) {}

    /**
     * A key that was refused.
     *
     * @param policy by which policy
     * @param digits what the key is called in the log
     * @param count how often lately; what was refused a minute ago counts half
     */
    public record Refused(String policy, String digits, long count) {}
}
