package io.weir.internal.count;

import java.util.Arrays;

/**
 * What is used, and the receipts of it that may still give something back. Immutable.
 *
 * <p>Of a bucket each open receipt knows the lowest level since its admission: what flows off first
 * is what was there before. Giving back takes off at most that, and what is taken off is missing
 * below the receipts that came later. (To take off what was there at the admission, less what has
 * drained since, gives back permits that have flown off already.)
 */
final class Account {

    /** More receipts of one key than these give nothing back. */
    static final int MOST_OPEN = 1_000;

    private static final Open[] NONE = {};

    /** Receipts for one place of the memory's bound. */
    private static final int OPEN_PER_PLACE = 4;

    private final Usage used;
    private final Open[] open;

    private record Open(long order, long taken, long openFor, long cost, Level[] lows) {

        Open withLows(Level[] others) {
            return new Open(order, taken, openFor, cost, others);
        }
    }

    private Account(Usage used, Open[] open) {
        this.used = used;
        this.open = open;
    }

    static Account of(Usage used) {
        return new Account(used, NONE);
    }

    Usage used() {
        return used;
    }

    int weight() {
        return used.weight() + open.length / OPEN_PER_PLACE;
    }

    /** Then no receipt has anything to give back. */
    boolean isUnused(long now) {
        return used.isUnused(now);
    }

    /** Receipts of limits of other kinds give nothing back; other numbers are another plan. */
    Account carriedOver(Limits limits, long now) {
        if (limits.counted(used)) {
            return this;
        }
        Usage carried = limits.carriedOver(used, now);
        boolean alike = open.length > 0 && limits.sameKinds(used, open[0].lows.length);
        return alike ? new Account(carried, by(carried, now)) : of(carried);
    }

    private Open[] by(Usage carried, long now) {
        Open[] others = lowered(now);
        for (int i = 0; i < others.length; i++) {
            Level[] lows = others[i].lows.clone();
            Usage u = used;
            Usage other = carried;
            for (int limit = 0; limit < lows.length && u != null && other != null; limit++) {
                lows[limit] = lows[limit].by(u.rate, other.rate);
                u = u.next;
                other = other.next;
            }
            others[i] = others[i].withLows(lows);
        }
        return others;
    }

    /** With the permits taken; nothing can be given back of them. */
    Account take(Limits limits, long cost, long now) {
        return new Account(limits.take(used, cost, now), lowered(now));
    }

    /**
     * With the permits taken, and a receipt.
     *
     * @param order higher than that of any receipt before
     */
    Account take(Limits limits, long cost, long now, long order) {
        Account taken = take(limits, cost, now);
        int known = taken.open.length;
        if (known == MOST_OPEN) {
            return taken;
        }
        Open[] more = Arrays.copyOf(taken.open, known + 1);
        // The newest run's time: of a reading that was older than it.
        Level[] levels = levels(taken.used, limits.size(), now);
        more[known] = new Open(order, now, limits.receiptsAreOpenFor(), cost, levels);
        return new Account(taken.used, more);
    }

    /** Each receipt's lowest levels, now that the level is about to change. */
    private Open[] lowered(long now) {
        if (open.length == 0) {
            return open;
        }
        Level[] levels = levels(used, open[0].lows.length, now);
        int gone = gone(levels, now);
        Open[] lowered = gone == 0 ? open.clone() : Arrays.copyOfRange(open, gone, open.length);
        for (int i = 0; i < lowered.length; i++) {
            lowered[i] = lowered[i].withLows(lower(lowered[i].lows, levels));
        }
        return lowered;
    }

    /** How many of the oldest receipts have nothing left to give back. */
    private int gone(Level[] levels, long now) {
        int gone = 0;
        while (gone < open.length && isGone(open[gone], levels, now)) {
            gone++;
        }
        return gone;
    }

    private boolean isGone(Open receipt, Level[] levels, long now) {
        if (now - receipt.taken >= receipt.openFor) {
            return true;
        }
        Usage u = used;
        for (int i = 0; i < levels.length && u != null; i++) {
            if (isLeft(receipt, u, Level.lower(receipt.lows[i], levels[i]), now)) {
                return false;
            }
            u = u.next;
        }
        return true;
    }

    private static boolean isLeft(Open receipt, Usage of, Level low, long now) {
        if (of instanceof Quota quota) {
            return quota.has(receipt.taken, now);
        }
        return of instanceof SlidingLog
                ? now - receipt.taken < of.rate.window
                : Level.EMPTY.isLessThan(low);
    }

    private static Level[] lower(Level[] one, Level[] other) {
        Level[] lower = new Level[one.length];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = Level.lower(one[i], other[i]);
        }
        return lower;
    }

    private static Level[] levels(Usage used, int limits, long now) {
        Level[] levels = new Level[limits];
        Usage u = used;
        for (int i = 0; i < limits && u != null; i++) {
            levels[i] = u instanceof Bucket bucket ? bucket.level(now) : Level.EMPTY;
            u = u.next;
        }
        return levels;
    }

    /** With permits charged that may not be free, and without their receipt. */
    Account charge(long order, long cost, long now) {
        Usage charged = used.map((one, behind) -> one.charge(cost, now, behind));
        return new Account(charged, lowered(now)).keep(order);
    }

    /** Without what a receipt took, as far as it has not come back by itself. */
    Account giveBack(long order, long now) {
        return giveBack(order, Long.MAX_VALUE, now);
    }

    /** Without so much of what a receipt took, as far as it has not come back by itself. */
    Account giveBack(long order, long permits, long now) {
        Open[] lowered = lowered(now);
        int which = find(lowered, order);
        if (which < 0) {
            return this;
        }
        Open back = lowered[which];
        Level[] off = new Level[back.lows.length];
        long cost = Math.min(back.cost, permits);
        Usage left = giveBack(used, 0, back, cost, off, now);
        Open[] fewer = new Open[lowered.length - 1];
        for (int i = 0; i < fewer.length; i++) {
            Open other = lowered[i < which ? i : i + 1];
            Level[] lows = new Level[off.length];
            Usage u = used;
            for (int limit = 0; limit < lows.length && u != null; limit++) {
                Level low = other.lows[limit];
                Level below = back.lows[limit].minus(off[limit], u.rate);
                lows[limit] = i < which ? Level.lower(low, below) : low.minus(off[limit], u.rate);
                u = u.next;
            }
            fewer[i] = other.withLows(lows);
        }
        return new Account(left, fewer);
    }

    private static Usage giveBack(
            Usage usage, int limit, Open back, long cost, Level[] off, long now) {
        off[limit] = Level.EMPTY;
        Usage behind = usage.next;
        if (behind != null && limit + 1 < off.length) {
            behind = giveBack(behind, limit + 1, back, cost, off, now);
        }
        if (usage instanceof SlidingLog log) {
            return log.giveBack(back.taken, cost, behind, now);
        }
        if (usage instanceof Quota quota) {
            return quota.giveBack(back.taken, cost, behind, now);
        }
        Bucket bucket = (Bucket) usage;
        off[limit] = Level.lower(Level.of(usage.rate, cost), back.lows[limit]);
        return bucket.withLevel(bucket.level(now).minus(off[limit], usage.rate), behind, now);
    }

    /** Without a receipt, whose permits stay taken. */
    Account keep(long order) {
        return new Account(
                used,
                Arrays.stream(open).filter(receipt -> receipt.order != order).toArray(Open[]::new));
    }

    private static int find(Open[] open, long order) {
        for (int i = open.length - 1; i >= 0; i--) {
            if (open[i].order == order) {
                return i;
            }
        }
        return -1;
    }

    Account plus(Account other, long now) {
        return new Account(Limits.plus(used, other.used, now), lowered(now));
    }

    Account compact(long now) {
        return new Account(Limits.compact(used, now), open);
    }

    /** Without what is older than a moment, and without receipts. */
    Account since(long moment, long now) {
        return of(Limits.since(used, moment, now));
    }
}
