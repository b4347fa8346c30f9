package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Chooses between the primary store and its stand-in.
 *
 * <p>It begins on the stand-in. One successful probe gives the primary its turn; from then on it is
 * kept until calls and probes have done nothing but fail for {@link #OUTAGE_AFTER}, and at least
 * {@value #FAILURES} of them have; or until a fifth of the calls of some seconds has failed. A
 * pause of garbage collection fails what is in flight at one moment, so it is shorter than that
 * budget. While the stand-in decides only probes ask the primary. Thread-safe.
 */
public final class Breaker implements LimiterStatus {

    /** For how long there must be nothing but failures. */
    static final Duration OUTAGE_AFTER = Duration.ofMillis(300);

    /** How many there must be. */
    static final int FAILURES = 2;

    /** For how long the stand-in answers after a failure, so that no request waits twice. */
    static final Duration PAUSE = Duration.ofMillis(50);

    /** A turn of the primary that ends sooner, and in which no call was answered, was none. */
    private static final Duration IN_VAIN = Duration.ofSeconds(2);

    /** So many calls must have failed, over such a time, to be a share of all of them. */
    private static final int SHARE_FAILURES = 10;

    private static final Duration SHARE_SEEN = Duration.ofSeconds(2);

    /** For how long fewer failures are counted together. */
    private static final Duration SHARE_COUNTED = Duration.ofSeconds(10);

    /** One of so many calls is too large a share. */
    private static final int SHARE_OF = 5;

    /** A share of failures is an outage after which so many turns count as in vain. */
    private static final int SHARE_IN_VAIN = 2;

    /** The most heartbeats in a row before the primary gets another turn. */
    private static final int MOST_NEEDED = 16;

    private final Ticker ticker;
    private final Listener listener;
    private final Heartbeats heartbeats;
    private final OutageCounters counters = new OutageCounters();

    private final LongAdder answers = new LongAdder();
    private int misses;
    private long missesSince;

    private volatile boolean primary;
    private volatile int failures;
    private long firstFailure;
    private volatile long lastFailure;
    private volatile long since;
    private volatile boolean helped;
    private int inVain;
    private int good;
    private boolean waited;
    private boolean told;
    private boolean denied;
    private boolean deniedTold;
    private @Nullable String lastReason;

    /** Finds out whether the primary store could decide now. */
    @FunctionalInterface
    public interface Probe {

        /**
         * Connects if need be, and tries a write.
         *
         * @return what the store tells with it
         * @throws StoreUnavailableException if the store could not decide
         */
        Heartbeat run() throws StoreUnavailableException;
    }

    /** Is told of each change of what is known of the primary store, once for each change. */
    public interface Listener {

        /** The primary store decides from now on. */
        void connected();

        /**
         * The stand-in decides from now on.
         *
         * @param reason what went wrong, for an operator
         */
        void lost(String reason);

        /**
         * The stand-in goes on deciding, for another reason, which is in the hands of an operator.
         *
         * @param reason what the primary store answers
         */
        void stillLost(String reason);

        /** The primary store has forgotten what it had counted. */
        void countsLost();

        /**
         * The wall clocks of this node and of the primary store have begun to disagree.
         *
         * @param skew how far this node is ahead; negative: behind
         */
        void skewed(Duration skew);
    }

    /**
     * A breaker on its stand-in.
     *
     * @param ticker the clock
     * @param nodes how many nodes there are before any heartbeat has counted them, at least 1
     * @param listener is told of each change, some of them under the breaker's lock
     */
    public Breaker(Ticker ticker, int nodes, Listener listener) {
        this.ticker = ticker;
        this.listener = listener;
        this.heartbeats = new Heartbeats(nodes, ticker, listener, counters);
        this.since = ticker.nanoTime();
    }

    /**
     * What is counted of its failures.
     *
     * @return the counters, always the same
     */
    public OutageCounters counters() {
        return counters;
    }

    /** Whether the primary store is to be asked. */
    boolean asksPrimary() {
        return primary;
    }

    /** Whether it has just failed: who can do without it does not wait for it again. */
    boolean pauses() {
        return failures != 0 && ticker.nanoTime() - lastFailure < PAUSE.toNanos();
    }

    /**
     * A call of the primary store was answered.
     *
     * @param written whether that took a write: what takes none is no sign that a store which
     *     denies writes is well
     */
    void answered(boolean written) {
        answers.increment();
        if (!helped) {
            helped = true;
        }
        if (failures != 0) {
            forgive(written);
        }
    }

    private synchronized void forgive(boolean written) {
        if (written || !denied) {
            failures = 0;
            denied = false;
        }
    }

    /** A call of the primary store was of no help; one that was not sent says nothing of it. */
    void failed(StoreUnavailableException failure) {
        if (failure.kind() != StoreUnavailableException.Kind.BUSY) {
            failed(failure, false);
        }
    }

    private synchronized void failed(StoreUnavailableException failure, boolean probed) {
        lastReason = failure.getMessage();
        if (!primary) {
            tellIfWaited();
            tellIfDenied(failure);
            return;
        }
        denied |= isDenied(failure);
        long now = ticker.nanoTime();
        if (failures == 0) {
            firstFailure = now;
        }
        lastFailure = now;
        failures++;
        misses += probed ? 0 : 1;
        if (failures >= FAILURES && now - firstFailure >= OUTAGE_AFTER.toNanos()) {
            // Heartbeats alone succeed, and no call: it is asked less and less often.
            boolean wasInVain = !probed && !helped && now - since < IN_VAIN.toNanos();
            lose(now, wasInVain ? inVain + 1 : 0);
        } else if (isTooLargeAShare(now)) {
            long calls = misses + answers.sum();
            lastReason = "%s of %s calls failed: %s".formatted(misses, calls, lastReason);
            lose(now, Math.max(SHARE_IN_VAIN, inVain + 1));
        }
    }

    private void lose(long now, int turnsInVain) {
        primary = false;
        inVain = turnsInVain;
        good = 0;
        since = now;
        tellLost();
    }

    /** A store that answers only some of the calls makes the others wait, again and again. */
    private boolean isTooLargeAShare(long now) {
        long counted = now - missesSince;
        if (counted < SHARE_SEEN.toNanos()) {
            return false;
        }
        boolean enough = misses >= SHARE_FAILURES;
        boolean tooLarge = enough && misses * (long) SHARE_OF >= misses + answers.sum();
        if (!tooLarge && (enough || counted >= SHARE_COUNTED.toNanos())) {
            countAnew(now); // or what was well before would hide what is not
        }
        return tooLarge;
    }

    private void countAnew(long now) {
        answers.reset();
        misses = 0;
        missesSince = now;
    }

    /**
     * Asks the primary store whether it could decide, whatever decides now. To be called by one
     * thread at a time.
     *
     * @param probe how to ask
     * @return whether it decides from now on
     */
    public boolean probe(Probe probe) {
        long asked = ticker.nanoTime();
        try {
            // Before the primary gets its turn: it may have lost what it knew.
            heartbeats.heard(probe.run(), asked);
        } catch (StoreUnavailableException e) {
            failed(e, true);
            return false;
        }
        recovered();
        return primary;
    }

    private synchronized void recovered() {
        failures = 0;
        denied = false;
        int needed = inVain < 2 ? 1 : Math.min(1 << Math.min(inVain - 1, 10), MOST_NEEDED);
        if (!primary && ++good >= needed) {
            primary = true;
            helped = false;
            since = ticker.nanoTime();
            countAnew(since);
            told = true;
            listener.connected();
        }
    }

    /**
     * The wait for the first connection is over: that the stand-in decides is told as soon as a
     * first attempt has failed, and never if it succeeds late. Every later change is told as it
     * comes.
     */
    public synchronized void waitedEnough() {
        waited = true;
        tellIfWaited();
    }

    private void tellIfWaited() {
        if (waited && !told && lastReason != null) {
            tellLost();
        }
    }

    /** An outage may turn out to be a matter of a password or a right: that is told once, too. */
    private void tellIfDenied(StoreUnavailableException failure) {
        String reason = failure.getMessage();
        if (told && !deniedTold && isDenied(failure) && reason != null) {
            deniedTold = true;
            listener.stillLost(reason);
        }
    }

    private static boolean isDenied(StoreUnavailableException failure) {
        return failure.kind() == StoreUnavailableException.Kind.DENIED;
    }

    private void tellLost() {
        told = true;
        deniedTold = denied;
        listener.lost(lastReason == null ? "no reason given" : lastReason);
    }

    /** Whether the primary store has forgotten what it had counted, in that time. */
    boolean countsLostWithin(Duration time) {
        return heartbeats.countsLostWithin(time);
    }

    @Override
    public int nodes() {
        return heartbeats.nodes();
    }

    @Override
    public Optional<Duration> clockSkew() {
        return heartbeats.skew();
    }

    @Override
    public DecidedBy store() {
        return primary ? DecidedBy.REDIS : DecidedBy.LOCAL;
    }

    @Override
    public boolean degraded() {
        return !primary;
    }

    @Override
    public Duration since() {
        return Duration.ofNanos(Math.max(0, ticker.nanoTime() - since));
    }
}
