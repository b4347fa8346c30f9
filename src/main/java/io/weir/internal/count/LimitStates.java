package io.weir.internal.count;

import io.weir.LimitState;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Nobody asks for the states of most admissions: the divisions and the objects that they take are
 * made when somebody does.
 */
abstract class LimitStates extends AbstractList<LimitState> implements RandomAccess, Serializable {

    private static final long serialVersionUID = 1L;

    private final transient Limits limits;

    private final transient long now;

    LimitStates(Limits limits, long now) {
        this.limits = limits;
        this.now = now;
    }

    abstract Usage usage();

    /** Whether a limit of several permits has less than a fifth of them left. */
    boolean areNear() {
        for (Usage u = usage(); u != null; u = u.next) {
            if (u.rate.capacity > 1 && u.waitFor(u.rate.fifth, now) > 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public final LimitState get(int index) {
        Objects.checkIndex(index, size());
        return limits.state(usage(), index, now);
    }

    @Override
    public final int size() {
        return limits.size();
    }

    /** Goes over a wire, or to a disk, as an ordinary list. */
    final Object writeReplace() {
        return List.copyOf(this);
    }

    static final class OfUsage extends LimitStates {

        private static final long serialVersionUID = 1L;

        private final transient Usage usage;

        OfUsage(Limits limits, Usage usage, long now) {
            super(limits, now);
            this.usage = usage;
        }

        @Override
        Usage usage() {
            return usage;
        }
    }

    static final class OfSingle extends LimitStates {

        private static final long serialVersionUID = 1L;

        private final transient State.Single single;
        private final transient long moment;

        OfSingle(Limits limits, State.Single single, long moment, long now) {
            super(limits, now);
            this.single = single;
            this.moment = moment;
        }

        @Override
        Usage usage() {
            return single.bucket(moment, super.now);
        }

        @Override
        boolean areNear() {
            return single.isNear(moment, super.now);
        }
    }
}
