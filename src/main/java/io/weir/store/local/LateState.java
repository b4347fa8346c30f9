package io.weir.store.local;

import io.weir.LimitState;
import java.io.Serializable;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The state of the only limit of a policy, as it was at a decision. Nobody asks for that of most
 * admissions: the divisions and the objects that it takes are made when somebody does.
 *
 * <p>No {@code AbstractList}, whose counter of changes makes each of them 8 bytes larger.
 */
class LateState extends AbstractCollection<LimitState>
        implements List<LimitState>, RandomAccess, Serializable {

    private static final long serialVersionUID = 1L;

    private final transient Meter meter;
    private final transient long used;

    private LateState(Meter meter, long used) {
        this.meter = meter;
        this.used = used;
    }

    /** Of a usage that answered so. */
    static List<LimitState> of(Meter meter, long used, long untilOldest) {
        if (untilOldest == 0) {
            return new LateState(meter, used);
        }
        return used >>> (Long.SIZE - 1 - Packed.BITS) == 0 && untilOldest >>> Packed.BITS == 0
                ? new Packed(meter, used << Packed.BITS | untilOldest)
                : new WithOldest(meter, used, untilOldest);
    }

    /** Up to 2 million permits and 73 minutes: both in one number, for another 8 bytes less. */
    private static final class Packed extends LateState {

        private static final long serialVersionUID = 1L;
        static final int BITS = 42;

        Packed(Meter meter, long both) {
            super(meter, both);
        }

        @Override
        LimitState state() {
            return super.meter.state(0, super.used >>> BITS, super.used & (1L << BITS) - 1);
        }
    }

    private static final class WithOldest extends LateState {

        private static final long serialVersionUID = 1L;

        private final transient long untilOldest;

        WithOldest(Meter meter, long used, long untilOldest) {
            super(meter, used);
            this.untilOldest = untilOldest;
        }

        @Override
        LimitState state() {
            return super.meter.state(0, super.used, untilOldest);
        }
    }

    LimitState state() {
        return meter.state(0, used, 0);
    }

    private List<LimitState> made() {
        return List.of(state());
    }

    /** Goes over a wire, or to a disk, as an ordinary list. */
    final Object writeReplace() {
        return made();
    }

    @Override
    public final int size() {
        return 1;
    }

    @Override
    public final LimitState get(int index) {
        return made().get(index);
    }

    @Override
    public final Iterator<LimitState> iterator() {
        return made().iterator();
    }

    @Override
    public final ListIterator<LimitState> listIterator() {
        return made().listIterator();
    }

    @Override
    public final ListIterator<LimitState> listIterator(int index) {
        return made().listIterator(index);
    }

    @Override
    public final List<LimitState> subList(int from, int to) {
        return made().subList(from, to);
    }

    @Override
    public final int indexOf(@Nullable Object other) {
        return get(0).equals(other) ? 0 : -1;
    }

    @Override
    public final int lastIndexOf(@Nullable Object other) {
        return indexOf(other);
    }

    @Override
    public final boolean addAll(int index, Collection<? extends LimitState> more) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final LimitState set(int index, LimitState state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final void add(int index, LimitState state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final LimitState remove(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other == this || made().equals(other);
    }

    @Override
    public final int hashCode() {
        return made().hashCode();
    }
}
