package io.weir.internal.count;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands until it is told. */
public final class SetTicker implements Ticker {

    private final AtomicLong now;

    public SetTicker(long origin) {
        now = new AtomicLong(origin);
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

    @Override
    public long nanoTime() {
        return now.get();
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
