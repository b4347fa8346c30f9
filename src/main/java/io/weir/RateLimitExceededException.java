package io.weir;

import jakarta.ejb.ApplicationException;

/**
 * A call was refused. Thrown by methods under {@link RateLimited}; the HTTP edges answer it with
 * 429 (503 for {@link Decision.Unavailable}).
 *
 * <p>Without a stack trace: it is an answer, not a fault, and an attacker could make it often. An
 * {@link ApplicationException}, so that EJB containers do not wrap it, and roll back: who is told
 * 429 has done nothing, as with {@code @Transactional}, which rolls back for it, too. Serializable
 * with all it carries, for callers in another JVM.
 */
@ApplicationException(rollback = true)
public class RateLimitExceededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Policy policy;
    private final Decision decision;

    /**
     * Tells which policy refused, and how.
     *
     * @param policy the policy that refused
     * @param decision the refusal, never {@link Decision.Admitted}
     */
    public RateLimitExceededException(Policy policy, Decision decision) {
        super("Rate limit exceeded: " + policy.wireName(), null, false, false);
        if (decision instanceof Decision.Admitted) {
            throw new IllegalArgumentException("an admission is no refusal");
        }
        this.policy = policy;
        this.decision = decision;
    }

    /**
     * The policy that refused.
     *
     * @return the policy
     */
    public Policy policy() {
        return policy;
    }

    /**
     * The refusal.
     *
     * @return refused, impossible or unavailable
     */
    public Decision decision() {
        return decision;
    }
}
