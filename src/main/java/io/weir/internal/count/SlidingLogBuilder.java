package io.weir.internal.count;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes a {@link SlidingLog} of runs that come in order. A thread's own. */
final class SlidingLogBuilder {

    private final long[] times;
    private final int[] counts;
    private int size;

    SlidingLogBuilder(int most) {
        times = new long[most];
        counts = new int[most];
    }

    /** Runs in one cell of time become one, under the later time. */
    void addInCell(long time, int count, long width) {
        int last = size - 1;
        if (last >= 0
                && Math.floorDiv(times[last], width) == Math.floorDiv(time, width)
                && (long) counts[last] + count <= Integer.MAX_VALUE) {
            times[last] = time;
            counts[last] += count;
        } else {
            add(time, count);
        }
    }

    void add(long time, int count) {
        if (count > 0) {
            times[size] = time;
            counts[size++] = count;
        }
    }

    SlidingLog log(Rate rate, @Nullable Usage behind) {
        int chunks = size == 0 ? 0 : (size - 1) / SlidingLog.CHUNK;
        SlidingLog.Chunk[] full = new SlidingLog.Chunk[chunks];
        for (int c = 0; c < chunks; c++) {
            full[c] = chunk(c * SlidingLog.CHUNK, (c + 1) * SlidingLog.CHUNK);
        }
        SlidingLog.Chunk newest = chunk(chunks * SlidingLog.CHUNK, size);
        long used = Arrays.stream(counts, 0, size).asLongStream().sum();
        return new SlidingLog(rate, behind, full, newest.times(), newest.counts(), 0, used);
    }

    private SlidingLog.Chunk chunk(int from, int to) {
        int[] some = Arrays.copyOfRange(counts, from, to);
        boolean ones = Arrays.stream(some).allMatch(count -> count == 1);
        return SlidingLog.Chunk.of(Arrays.copyOfRange(times, from, to), ones ? null : some);
    }
}
