package io.weir.internal.operator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * How the limiter is, on this node.
     *
     * @return as it is now
     */
    Overview overview();

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

    /**
     * Puts another limit or mode in the place of a policy's settings for a while. With Redis it
     * holds on all nodes within a heartbeat, and survives a restart of each; without, it ends with
     * this process.
     *
     * @param policy the name of a policy
     * @param limit the text of a limit of other numbers; empty: it stays
     * @param mode {@code enforce}, {@code observe} or {@code off}; empty: it stays
     * @param lasts for how long, such as {@code 10min}; a second to seven days
     * @param who asks for it, for the log and for descriptions
     * @return whether all nodes know
     * @throws IllegalArgumentException if it cannot be, with what is wrong
     */
    Done override(String policy, String limit, String mode, String lasts, String who);

    /**
     * Ends an override.
     *
     * @param policy the name of a policy
     * @param who asks for it, for the log
     * @return whether all nodes know
     * @throws IllegalArgumentException if there is none, or nobody declares the policy
     */
    Done clear(String policy, String who);

    /**
     * A setting, from where the limiter's own come from.
     *
     * @param name its name
     * @return its text
     */
    Optional<String> setting(String name);

    /**
     * Begins to count which keys are refused most, and does something from time to time, on a
     * thread that ends with the limiter.
     *
     * @param pause between two times
     * @param task what is done
     */
    void watch(Duration pause, Runnable task);

    /**
     * Shows the other nodes a text, for half a minute. Never to be called by a request.
     *
     * @param text of this node
     * @return the texts of all nodes, by what they call themselves; empty without Redis, or while
     *     it is away
     */
    Map<String, String> exchange(String text);
}
