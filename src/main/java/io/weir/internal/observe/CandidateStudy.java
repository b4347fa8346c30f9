package io.weir.internal.observe;

import io.weir.Key;
import io.weir.Limit;
import io.weir.internal.guard.Terms.Candidate;
import io.weir.internal.operator.Overview;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What one candidate would have done since it was set, and how much single keys have used
 * meanwhile. Bounded, and without names. Thread-safe.
 */
final class CandidateStudy {

    /** With fewer keys no limit is proposed: it is to touch one in a hundred. */
    private static final int ENOUGH = 100;

    private final Candidate candidate;
    private final long begun;
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final LongAdder calls = new LongAdder();
    private final LongAdder wouldRefuse = new LongAdder();
    private final KeySample<Boolean> refused = new KeySample<>();
    private final KeySample<PeakUse[]> users = new KeySample<>();
    private final Supplier<PeakUse[]> fresh;

    /**
     * Begins.
     *
     * @param now by the ticker
     */
    CandidateStudy(Candidate candidate, long now) {
        this.candidate = candidate;
        this.begun = now;
        this.fresh =
                () ->
                        candidate.policy().limits().stream()
                                .map(limit -> new PeakUse(limit.window().toNanos()))
                                .toArray(PeakUse[]::new);
    }

    boolean isOf(Candidate other) {
        return candidate.policy().limits().equals(other.policy().limits());
    }

    String text() {
        return candidate.text();
    }

    void asked(Key key, long cost, boolean refuses, long now) {
        long digest = KeySample.digest(key, seed);
        calls.increment();
        PeakUse[] uses = users.of(digest, fresh);
        if (uses != null) {
            for (PeakUse use : uses) {
                use.use(Math.max(0, now - begun), cost);
            }
        }
        if (refuses) {
            wouldRefuse.increment();
            refused.of(digest, () -> true);
        }
    }

    long calls() {
        return calls.sum();
    }

    long refusedClients() {
        return refused.size();
    }

    Overview.Candidate figures(long now) {
        long lasts = now - begun;
        return new Overview.Candidate(
                text(),
                TimeUnit.NANOSECONDS.toSeconds(lasts),
                calls.sum(),
                wouldRefuse.sum(),
                users.size(),
                refused.size(),
                IntStream.range(0, candidate.texts().size())
                        .mapToObj(i -> usage(i, lasts))
                        .toList());
    }

    private Overview.Usage usage(int index, long lasts) {
        long[] peaks =
                users.all().stream().mapToLong(uses -> uses[index].peak()).sorted().toArray();
        Limit limit = candidate.policy().limits().get(index);
        boolean enough = peaks.length >= ENOUGH && lasts >= limit.window().toNanos();
        long p99 = percentile(peaks, 99);
        String text = candidate.texts().get(index);
        return new Overview.Usage(
                text,
                percentile(peaks, 50),
                percentile(peaks, 95),
                p99,
                percentile(peaks, 100),
                enough ? p99 + text.replaceFirst("^\\d+", "").replaceFirst(" burst .*", "") : "");
    }

    /** The value that so many in a hundred do not exceed. */
    private static long percentile(long[] sorted, long hundredths) {
        int rank = (int) ((sorted.length * hundredths + 99) / 100);
        return rank == 0 ? 0 : sorted[rank - 1];
    }
}
