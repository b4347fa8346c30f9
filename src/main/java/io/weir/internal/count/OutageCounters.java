package io.weir.internal.count;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How often a node decided what the shared counts should have, by the reason; how often these had
 * forgotten what they had counted; and what the node has taken ahead of its calls. Thread-safe.
 */
public final class OutageCounters {

    private final LongAdder[] decisions =
            Stream.generate(LongAdder::new).limit(Reason.values().length).toArray(LongAdder[]::new);
    private final LongAdder losses = new LongAdder();
    private final LongAdder takenAhead = new LongAdder();
    private final LongAdder givenBack = new LongAdder();

    /** Why the shared counts have not decided. */
    public enum Reason {
        /** They do not serve at all. */
        OUTAGE,
        /** They have just failed, and nobody waits for them twice. */
        PAUSE,
        /** They were asked, and have not answered within the deadline. */
        DEADLINE,
        /** The operation had waited for them as long as it may before this decision. */
        SPENT,
        /** So many calls were on their way that this one was not sent. */
        BUSY,
        /** They have answered with an error. */
        FAILED,
        /** They have lost their counts, and this node keeps to its share for a while. */
        LOST_COUNTS;

        static Reason of(StoreUnavailableException.Kind kind, boolean tooLate) {
            if (kind == StoreUnavailableException.Kind.BUSY) {
                return BUSY;
            }
            return tooLate ? DEADLINE : FAILED;
        }
    }

    void decided(Reason reason) {
        decisions[reason.ordinal()].increment();
    }

    void countsLost() {
        losses.increment();
    }

    /**
     * The decisions of this node, or of an outage rule, in place of the shared counts.
     *
     * @param reason why
     * @return how many
     */
    public long decisions(Reason reason) {
        return decisions[reason.ordinal()].sum();
    }

    /**
     * How often counts were lost: once for all losses of a minute.
     *
     * @return how often
     */
    public long losses() {
        return losses.sum();
    }

    void takenAhead(long permits) {
        takenAhead.add(permits);
    }

    void givenBack(long permits) {
        givenBack.add(permits);
    }

    /**
     * What was taken ahead of calls, by leases.
     *
     * @return permits
     */
    public long takenAhead() {
        return takenAhead.sum();
    }

    /**
     * What of it was given back, because nobody has used it in time.
     *
     * @return permits
     */
    public long givenBack() {
        return givenBack.sum();
    }
}
