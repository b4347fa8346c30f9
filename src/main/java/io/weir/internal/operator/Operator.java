package io.weir.internal.operator;

import java.util.List;

/** What an operator may do to a limiter that runs. Thread-safe; never for a client. */
public interface Operator {

    /**
     * What was done.
     *
     * @param everywhere whether all nodes follow, within a second
     * @param says the same in words
     */
    record Done(boolean everywhere, String says) {}

    /**
     * Says what a request would meet if it came now. Takes nothing.
     *
     * @param question such a request
     * @return policies, keys, what is left, and the decision
     * @throws IllegalArgumentException if nobody declares the policy
     */
    Explanation explain(Question question);

    /**
     * Looks without taking.
     *
     * @param policy the name of a policy
     * @param key an address, or a key as {@link Explanation.Part#key} says it
     * @return what is left of each limit
     * @throws IllegalArgumentException if nobody declares the policy, or the key cannot be read
     */
    List<Explanation.Left> peek(String policy, String key);

    /**
     * Forgets what was used.
     *
     * @param policy the name of a policy
     * @param key an address, or a key as {@link Explanation.Part#key} says it
     * @param who asks for it, for the log
     * @return whether all nodes do
     * @throws IllegalArgumentException if nobody declares the policy, or the key cannot be read
     */
    Done reset(String policy, String key, String who);
}
