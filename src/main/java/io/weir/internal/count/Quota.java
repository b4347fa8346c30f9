package io.weir.internal.count;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is used of one period of a calendar. It belongs to that period by name: a clock that was put
 * back finds no period new that was begun.
 *
 * <p>While the clock shows a time before it, what is taken counts in it. But nobody waits for a
 * year that a wrong clock has shown once: what nobody has taken from for as long as a period lasts
 * is forgotten then.
 */
final class Quota extends Usage {

    private final Period period;
    private final long used;

    /** When the first permit of it was taken: what was taken earlier is of another period. */
    private final long since;

    /** When the last one was. */
    private final long seen;

    private Quota(
            Rate rate, @Nullable Usage next, Period period, long used, long since, long seen) {
        super(rate, next);
        this.period = period;
        this.used = used;
        this.since = since;
        this.seen = seen;
    }

    static Quota unused(Rate rate, @Nullable Usage next, long now) {
        return unused(rate, next, periods(rate).at(now), now);
    }

    private static Quota unused(Rate rate, @Nullable Usage next, Period period, long now) {
        return new Quota(rate, next, period, 0, now, now);
    }

    private static Calendar.Periods periods(Rate rate) {
        return Objects.requireNonNull(rate.periods);
    }

    /** What is left of it now. */
    private Quota at(long now) {
        Period is = periods(rate).at(now);
        boolean stays =
                period.begin() > is.begin()
                        ? now - seen < periods(rate).longest()
                        : period.begin() == is.begin();
        return stays ? this : unused(rate, next, is, now);
    }

    /** The time until what is used counts no longer. */
    private long left(long now) {
        long begin = periods(rate).until(period.begin(), now);
        long forgotten = periods(rate).longest() - (now - seen);
        return begin > 0 && begin > forgotten ? forgotten : periods(rate).until(period.end(), now);
    }

    /** How long the current period is. */
    Duration length(long now) {
        Period is = at(now).period;
        return Duration.ofSeconds(is.end() - is.begin());
    }

    @Override
    boolean isInUse(long now) {
        return at(now).used > 0;
    }

    @Override
    long waitFor(long cost, long now) {
        Quota is = at(now);
        // Not used + cost: the sum can overflow.
        return is.used <= rate.permits - cost ? 0 : is.left(now);
    }

    @Override
    Usage take(long cost, long now, @Nullable Usage behind) {
        Quota is = at(now);
        return new Quota(
                rate, behind, is.period, sum(is.used, cost), is.used == 0 ? now : is.since, now);
    }

    @Override
    Usage charge(long cost, long now, @Nullable Usage behind) {
        long most = Math.max(0, 2 * rate.permits - at(now).used);
        return take(Math.min(cost, most), now, behind);
    }

    private static long sum(long used, long more) {
        return used + more < 0 ? Long.MAX_VALUE : used + more;
    }

    @Override
    long remaining(long now) {
        return Math.max(0, rate.permits - at(now).used);
    }

    @Override
    long untilNext(long now) {
        Quota is = at(now);
        return is.used == 0 ? 0 : is.left(now);
    }

    /** Whether anything of what was taken at that time is left. */
    boolean has(long taken, long now) {
        Quota is = at(now);
        return is.used > 0 && taken - is.since >= 0;
    }

    /** Takes off what was taken at that time, if it was in this period. */
    Quota giveBack(long taken, long cost, @Nullable Usage behind, long now) {
        Quota is = at(now);
        long left = has(taken, now) ? Math.max(0, is.used - cost) : is.used;
        return new Quota(rate, behind, is.period, left, is.since, is.seen);
    }

    @Override
    Usage by(Rate other, @Nullable Usage behind, long now) {
        return new Quota(other, behind, period, used, since, seen);
    }

    @Override
    Usage before(@Nullable Usage behind) {
        return new Quota(rate, behind, period, used, since, seen);
    }

    @Override
    Usage plus(Usage other, @Nullable Usage behind, long now) {
        Quota mine = at(now);
        Quota more = ((Quota) other).at(now);
        if (mine.period.begin() != more.period.begin()) {
            Quota later = mine.period.begin() > more.period.begin() ? mine : more;
            return later.before(behind);
        }
        long first = mine.since - more.since < 0 ? mine.since : more.since;
        return new Quota(rate, behind, mine.period, sum(mine.used, more.used), first, now);
    }

    @Override
    Usage compact(@Nullable Usage behind, long now) {
        return before(behind);
    }

    @Override
    SharedCounts.Debt debt(@Nullable Usage here, long now) {
        Quota owed = at(now);
        Quota all = here == null ? owed : ((Quota) here).at(now);
        boolean same = owed.period.begin() == all.period.begin();
        return new SharedCounts.Debt.Counted(all.period.begin(), same ? owed.used : 0, all.used);
    }

    @Override
    public String toString() {
        return used + " in " + period;
    }
}
