package io.weir.internal.count;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An exact sliding window: runs of permits that were taken at one instant, oldest first. A permit
 * taken at {@code t} is free again at {@code t + window}, and not a nanosecond earlier.
 *
 * <p>Runs lie in chunks that are never written again once a state shows them; only the newest,
 * short one is copied. Past {@value #MOST_RUNS} runs those that are closer than a {@value #PARTS}th
 * of the window become one, under the later time: never more than the limit is admitted, and a wait
 * may be that much longer.
 */
final class SlidingLog extends Usage {

    /** How many runs a chunk has. */
    static final int CHUNK = 8;

    static final int MOST_RUNS = 1_000;
    static final int PARTS = 512;

    private static final Chunk[] NONE = {};
    private static final long[] EMPTY = {};

    /**
     * Runs.
     *
     * @param times when they were taken
     * @param counts how many permits each has; null: one each
     * @param sum of the counts
     */
    record Chunk(long[] times, int @Nullable [] counts, long sum) {

        static Chunk of(long[] times, int @Nullable [] counts) {
            long sum = counts == null ? times.length : Arrays.stream(counts).asLongStream().sum();
            return new Chunk(times, counts, sum);
        }

        int count(int run) {
            return counts == null ? 1 : counts[run];
        }
    }

    /** The older runs: each has {@link #CHUNK} of them. */
    private final Chunk[] full;

    /** The newest runs, one to {@link #CHUNK}; empty if there are none at all. */
    private final long[] times;

    private final int @Nullable [] counts;

    /** How many of all runs have come free, when they were last looked for. */
    private final int free;

    /** The permits of all the other runs. */
    private final long used;

    SlidingLog(Rate rate, @Nullable Usage next) {
        this(rate, next, NONE, EMPTY, null, 0, 0);
    }

    SlidingLog(
            Rate rate,
            @Nullable Usage next,
            Chunk[] full,
            long[] times,
            int @Nullable [] counts,
            int free,
            long used) {
        super(rate, next);
        this.full = full;
        this.times = times;
        this.counts = counts;
        this.free = free;
        this.used = used;
    }

    @Override
    int chunks() {
        return full.length;
    }

    private int runs() {
        return full.length * CHUNK + times.length;
    }

    private long time(int run) {
        int chunk = run / CHUNK;
        return chunk < full.length
                ? full[chunk].times[run % CHUNK]
                : times[run - full.length * CHUNK];
    }

    private int count(int run) {
        int chunk = run / CHUNK;
        if (chunk < full.length) {
            return full[chunk].count(run % CHUNK);
        }
        return counts == null ? 1 : counts[run - full.length * CHUNK];
    }

    /** A reading older than the newest run counts as that. */
    private long notBefore(long now) {
        int last = times.length - 1;
        return last >= 0 && now - times[last] < 0 ? times[last] : now;
    }

    private boolean isFree(int run, long at) {
        return at - time(run) >= rate.window;
    }

    /** How many runs have come free by then. */
    private int freeRuns(long at) {
        int run = freeChunks(at);
        int runs = runs();
        while (run < runs && isFree(run, at)) {
            run++;
        }
        return run;
    }

    /** The same, to the last chunk that has come free as a whole. */
    private int freeChunks(long at) {
        int run = free;
        int chunk = run / CHUNK;
        while (chunk < full.length && at - full[chunk].times[CHUNK - 1] >= rate.window) {
            chunk++;
            run = chunk * CHUNK;
        }
        return run;
    }

    private long usedFrom(int firstRun) {
        long left = used;
        int run = free;
        while (run < firstRun) {
            int chunk = run / CHUNK;
            if (run % CHUNK == 0 && firstRun - run >= CHUNK && chunk < full.length) {
                left -= full[chunk].sum;
                run += CHUNK;
            } else {
                left -= count(run);
                run++;
            }
        }
        return left;
    }

    private long usedAt(long at) {
        return usedFrom(freeRuns(at));
    }

    @Override
    boolean isInUse(long now) {
        return times.length > 0 && usedAt(notBefore(now)) > 0;
    }

    @Override
    long waitFor(long cost, long now) {
        if (used + cost <= rate.permits) { // without looking for what has come free
            return 0;
        }
        long at = notBefore(now);
        int first = freeRuns(at);
        long tooMany = usedFrom(first) + cost - rate.permits;
        return tooMany <= 0 ? 0 : untilFree(first, tooMany, at);
    }

    /** The time until so many permits of the runs from the first one on have come free. */
    private long untilFree(int first, long permits, long at) {
        long left = permits;
        int run = first;
        while (true) {
            boolean whole = run % CHUNK == 0 && run / CHUNK < full.length;
            if (whole && full[run / CHUNK].sum < left) {
                left -= full[run / CHUNK].sum;
                run += CHUNK;
            } else {
                left -= count(run);
                if (left <= 0) {
                    return rate.window - (at - time(run));
                }
                run++;
            }
        }
    }

    @Override
    long remaining(long now) {
        return Math.max(0, rate.permits - usedAt(notBefore(now)));
    }

    @Override
    long untilNext(long now) {
        long at = notBefore(now);
        int first = freeRuns(at);
        long inUse = usedFrom(first);
        return inUse == 0 ? 0 : untilFree(first, Math.max(1, inUse - rate.permits + 1), at);
    }

    @Override
    Usage take(long cost, long now, @Nullable Usage behind) {
        long at = notBefore(now);
        int size = times.length;
        // What has come free of a long log is looked for when there is need to, and once a chunk.
        boolean look = full.length == 0 || used + cost > rate.permits;
        int first = look ? freeRuns(at) : size == CHUNK ? freeChunks(at) : free;
        long left = usedFrom(first);
        if (size > 0 && times[size - 1] == at && first < runs()) {
            int[] more = counts == null ? ones(size) : counts.clone();
            long sum = more[size - 1] + cost;
            if (sum <= Integer.MAX_VALUE) {
                more[size - 1] = (int) sum;
                return new SlidingLog(rate, behind, full, times, more, first, left + cost);
            }
        }
        if (runs() - first >= MOST_RUNS) {
            return compacted(first, rate.window / PARTS, behind).take(cost, now, behind);
        }
        if (size == CHUNK) {
            int gone = Math.min(first / CHUNK, full.length);
            boolean tailIsFree = first == runs();
            if (tailIsFree) {
                return new SlidingLog(rate, behind, NONE, new long[] {at}, countsOf(cost), 0, cost);
            }
            Chunk[] older = Arrays.copyOfRange(full, gone, full.length + 1);
            older[older.length - 1] = Chunk.of(times, counts);
            return new SlidingLog(
                    rate,
                    behind,
                    older,
                    new long[] {at},
                    countsOf(cost),
                    first - gone * CHUNK,
                    left + cost);
        }
        // What has come free of a short log goes with the copy.
        int gone =
                full.length == 0 || first >= full.length * CHUNK ? first - full.length * CHUNK : 0;
        Chunk[] older = first >= full.length * CHUNK ? NONE : full;
        long[] longer = new long[size - gone + 1];
        System.arraycopy(times, gone, longer, 0, size - gone);
        longer[size - gone] = at;
        int[] more = counts;
        if (more != null || cost != 1) {
            int[] before = more == null ? ones(size) : more;
            more = new int[longer.length];
            System.arraycopy(before, gone, more, 0, size - gone);
            more[size - gone] = (int) cost;
        }
        int firstNow = older.length == 0 ? 0 : first;
        return new SlidingLog(rate, behind, older, longer, more, firstNow, left + cost);
    }

    @Override
    Usage charge(long cost, long now, @Nullable Usage behind) {
        long most = 2 * rate.permits - usedAt(notBefore(now));
        return most <= 0 ? before(behind) : take(Math.min(cost, most), now, behind);
    }

    private static int[] ones(int size) {
        int[] ones = new int[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static int @Nullable [] countsOf(long cost) {
        return cost == 1 ? null : new int[] {(int) cost};
    }

    /** Runs from the first one on, of which those in one cell of time are one. */
    private SlidingLog compacted(int first, long cell, @Nullable Usage behind) {
        SlidingLogBuilder builder = new SlidingLogBuilder(runs() - first);
        long width = Math.max(1, cell);
        for (int run = first; run < runs(); run++) {
            // Always the same cells, or a run could grow wider each time.
            builder.addInCell(time(run), count(run), width);
        }
        return builder.log(rate, behind);
    }

    /**
     * Takes off what was taken at that time, as far as it has not come free by itself.
     *
     * @return this, if there is nothing left of it
     */
    SlidingLog giveBack(long taken, long cost, @Nullable Usage behind, long now) {
        long at = notBefore(now);
        if (at - taken >= rate.window) {
            return (SlidingLog) before(behind);
        }
        int first = freeRuns(at);
        SlidingLogBuilder builder = new SlidingLogBuilder(runs() - first);
        long left = cost;
        for (int run = first; run < runs(); run++) {
            int count = count(run);
            // The first run that is not older has it: runs become one under the later time.
            long off = time(run) - taken < 0 ? 0 : Math.min(left, count);
            left = off > 0 || time(run) - taken >= 0 ? 0 : left;
            builder.add(time(run), (int) (count - off));
        }
        return builder.log(rate, behind);
    }

    @Override
    Usage by(Rate other, @Nullable Usage behind, long now) {
        return new SlidingLog(other, behind, full, times, counts, free, used);
    }

    @Override
    Usage before(@Nullable Usage behind) {
        return new SlidingLog(rate, behind, full, times, counts, free, used);
    }

    @Override
    Usage plus(Usage other, @Nullable Usage behind, long now) {
        SlidingLog more = (SlidingLog) other;
        SlidingLogBuilder builder = new SlidingLogBuilder(runs() + more.runs());
        int mine = freeRuns(notBefore(now));
        int theirs = more.freeRuns(more.notBefore(now));
        while (mine < runs() || theirs < more.runs()) {
            boolean takeMine =
                    theirs == more.runs() || mine < runs() && time(mine) - more.time(theirs) <= 0;
            if (takeMine) {
                builder.add(time(mine), count(mine++));
            } else {
                builder.add(more.time(theirs), more.count(theirs++));
            }
        }
        return builder.log(rate, behind);
    }

    @Override
    Usage compact(@Nullable Usage behind, long now) {
        return compacted(freeRuns(notBefore(now)), rate.window / (CHUNK / 2), behind);
    }

    @Override
    SharedCounts.Debt debt(@Nullable Usage here, long now) {
        long at = notBefore(now);
        SlidingLog few =
                compacted(freeRuns(at), rate.window / (SharedCounts.Debt.Runs.MOST / 2), null);
        int runs = few.runs();
        long[] ages = new long[runs];
        long[] permits = new long[runs];
        for (int run = 0; run < runs; run++) {
            ages[run] = at - few.time(run);
            permits[run] = few.count(run);
        }
        return new SharedCounts.Debt.Runs(ages, permits);
    }

    /** Without what was taken before. */
    Usage since(long moment, @Nullable Usage behind, long now) {
        int first = freeRuns(notBefore(now));
        while (first < runs() && time(first) - moment < 0) {
            first++;
        }
        SlidingLogBuilder builder = new SlidingLogBuilder(runs() - first);
        for (int run = first; run < runs(); run++) {
            builder.add(time(run), count(run));
        }
        return builder.log(rate, behind);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int run = free; run < runs(); run++) {
            text.append(time(run)).append('x').append(count(run)).append(' ');
        }
        return text.append(']').toString();
    }
}
