package io.weir.internal.count;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands until it is told. */
public final class SetTicker implements Ticker {

    private final AtomicLong now;
    private volatile Shown shown;

    /** What the clock on the wall shows at a reading; it goes on from there. */
    private record Shown(long at, Instant date) {}

    public SetTicker(long origin) {
        now = new AtomicLong(origin);
        setDate(Instant.now());
    }

    /** Anywhere: at random, a minute before overflow, or a minute before zero. */
    public static SetTicker anywhere() {
        long minute = 60_000_000_000L;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new SetTicker(
                switch (random.nextInt(3)) {
                    case 0 -> random.nextLong();
                    case 1 -> Long.MAX_VALUE - random.nextLong(minute);
                    default -> -random.nextLong(minute);
                });
    }

    /** For what needs no calendar. */
    static Calendar calendar() {
        return new Calendar(anywhere());
    }

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public Instant date() {
        Shown known = shown;
        return known.date.plusNanos(now.get() - known.at);
    }

    /** Puts the clock on the wall forward or back, which the reading does not notice. */
    public void setDate(Instant date) {
        shown = new Shown(now.get(), date);
    }

    public void advance(long nanos) {
        now.addAndGet(nanos);
    }

    @Override
    public void sleep(long nanos) {
        advance(nanos);
    }

    @Override
    public String toString() {
        return "ticker at " + now;
    }
}
