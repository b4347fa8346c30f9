package io.weir.internal.guard;

import io.weir.Policy;

/**
 * A policy of which configuration may change the mode and the numbers while the application runs.
 * What is read of it at one time belongs together. Thread-safe.
 */
public final class LivePolicy {

    private volatile Policy now;

    /**
     * A policy as it is first.
     *
     * @param first the policy
     */
    public LivePolicy(Policy first) {
        now = first;
    }

    /**
     * The policy as it is now.
     *
     * @return always of the same name
     */
    public Policy now() {
        return now;
    }

    /**
     * The policy as it is from now on. What was used of it stays used.
     *
     * @param next the policy, of the same name
     * @throws IllegalArgumentException if it has another name
     */
    public void change(Policy next) {
        if (!next.name().equals(now.name())) {
            throw new IllegalArgumentException(
                    "policy " + now.name() + " cannot become " + next.name());
        }
        now = next;
    }
}
