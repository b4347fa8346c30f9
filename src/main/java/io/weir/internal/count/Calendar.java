package io.weir.internal.count;

import io.weir.Limit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which date a reading of the ticker is. Read from the clock on the wall once a second: so one
 * decision sees one date, and a clock that was put right is noticed. Where counts are shared it is
 * their date, as far as this node knows it. Thread-safe.
 */
final class Calendar {

    private static final long READ_AGAIN = Duration.ofSeconds(1).toNanos();

    private static final long FAR = 1_000_000_000;

    private final Ticker ticker;
    private volatile Duration ahead = Duration.ZERO;
    private volatile Reading last;

    private record Reading(long at, Instant date) {}

    Calendar(Ticker ticker) {
        this.ticker = ticker;
        last = read();
    }

    /**
     * Takes the clock on the wall for so far ahead from now on.
     *
     * @param time at most as much as it is, or the counts here would begin a period too soon
     */
    void isAhead(Duration time) {
        ahead = time;
        last = read();
    }

    private Reading read() {
        return new Reading(ticker.nanoTime(), ticker.date().minus(ahead));
    }

    private Instant date(long now) {
        Reading known = last;
        if (now - known.at >= READ_AGAIN) {
            known = read();
            last = known;
        }
        return known.date.plusNanos(now - known.at);
    }

    /** The periods of one quota. */
    Periods of(Limit.CalendarQuota quota) {
        return new Periods(quota);
    }

    /** The periods of one quota, by readings of the ticker. */
    final class Periods {

        private final Limit.CalendarQuota quota;
        private volatile @Nullable Period last;

        private Periods(Limit.CalendarQuota quota) {
            this.quota = quota;
        }

        boolean sameKind(Periods other) {
            return quota.period() == other.quota.period()
                    && quota.zone().equals(other.quota.zone());
        }

        /** The period that it is; mostly the same object. */
        Period at(long now) {
            long second = date(now).getEpochSecond();
            Period known = last;
            if (known == null || !known.has(second)) {
                known = Period.at(quota, second);
                last = known;
            }
            return known;
        }

        /** No period is longer, in nanoseconds. */
        long longest() {
            return quota.fullAfter().toNanos();
        }

        /** Nanoseconds until then, thirty years at most; negative if it was. */
        long until(long second, long now) {
            Instant date = date(now);
            long left = Math.min(second - date.getEpochSecond(), FAR);
            return left * 1_000_000_000 - date.getNano();
        }
    }
}
