package io.weir.internal.count;

import java.time.Duration;

/** Is told of each change of what is known of the primary store, once for each change. */
public interface StateListener {

    /** The primary store decides from now on. */
    void connected();

    /**
     * The stand-in decides from now on.
     *
     * @param reason what went wrong, for an operator
     */
    void lost(String reason);

    /**
     * The stand-in goes on deciding, for another reason, which is in the hands of an operator.
     *
     * @param reason what the primary store answers
     */
    void stillLost(String reason);

    /** The primary store has forgotten what it had counted. */
    void countsLost();

    /**
     * The wall clocks of this node and of the primary store have begun to disagree.
     *
     * @param skew how far this node is ahead; negative: behind
     */
    void skewed(Duration skew);
}
