package io.weir.internal.count;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeats have told: how many nodes there are, whether the primary store has lost its
 * counts, and how far the clocks are apart. One thread writes, any may read.
 */
final class Heartbeats {

    /** Heartbeats that are further apart than this had an outage between them. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    /** For how long there must have been none before fewer nodes are believed. */
    static final Duration SETTLED = Duration.ofSeconds(5);

    /** Clocks further apart than this are told. */
    static final Duration SKEWED = Duration.ofSeconds(1);

    /** For how long there must have been no loss for another one to be told. */
    static final Duration TOLD_AGAIN = Duration.ofMinutes(1);

    private final Ticker ticker;
    private final Breaker.Listener listener;
    private final OutageCounters counters;
    private volatile int nodes;
    private volatile @Nullable Beat last;
    private volatile @Nullable Loss loss;
    private boolean skewTold;

    /**
     * One heartbeat.
     *
     * @param asked when the store was asked
     * @param steadySince since when the heartbeats had come regularly
     */
    private record Beat(long asked, long steadySince, Duration skew) {}

    private record Loss(long at) {}

    Heartbeats(int nodes, Ticker ticker, Breaker.Listener listener, OutageCounters counters) {
        this.nodes = nodes;
        this.ticker = ticker;
        this.listener = listener;
        this.counters = counters;
    }

    void heard(Heartbeat heartbeat, long asked) {
        Beat before = last;
        boolean steady = before != null && asked - before.asked() < STEADY.toNanos();
        long steadySince = steady && before != null ? before.steadySince() : asked;
        // After an outage the others have not all been there again yet.
        if (heartbeat.nodes() > nodes || asked - steadySince >= SETTLED.toNanos()) {
            nodes = heartbeat.nodes();
        }
        if (heartbeat.countsLost()) {
            // While keys are evicted all the time this is one state, not many changes.
            if (!countsLostWithin(TOLD_AGAIN)) {
                counters.countsLost();
                listener.countsLost();
            }
            loss = new Loss(ticker.nanoTime());
        }
        last = new Beat(asked, steadySince, heartbeat.skew());
        boolean skewed = heartbeat.skew().abs().compareTo(SKEWED) > 0;
        if (skewed && !skewTold) {
            listener.skewed(heartbeat.skew());
        }
        // Around the bound it is told once.
        skewTold = skewed || skewTold && heartbeat.skew().abs().compareTo(SKEWED.dividedBy(2)) > 0;
    }

    /** The nodes among which a limit is to be shared. */
    int nodes() {
        return nodes;
    }

    Optional<Duration> skew() {
        Beat beat = last;
        return beat == null ? Optional.empty() : Optional.of(beat.skew());
    }

    boolean countsLostWithin(Duration time) {
        Loss lost = loss;
        return lost != null && ticker.nanoTime() - lost.at() < time.toNanos();
    }
}
