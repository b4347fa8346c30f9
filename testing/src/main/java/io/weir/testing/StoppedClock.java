package io.weir.testing;

import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Stands still until it is moved; who waits by it moves it. */
final class StoppedClock implements Ticker {

    private final AtomicLong now = new AtomicLong();
    private final Instant begin = Instant.now();
    private final Consumer<Duration> onSleep;

    /** So far ahead is it for this thread alone. */
    private final ThreadLocal<Long> ahead = ThreadLocal.withInitial(() -> 0L);

    /**
     * Begins now.
     *
     * @param onSleep moves it, and all that goes with it
     */
    StoppedClock(Consumer<Duration> onSleep) {
        this.onSleep = onSleep;
    }

    @Override
    public long nanoTime() {
        return now.get() + ahead.get();
    }

    @Override
    public Instant date() {
        return begin.plus(elapsed());
    }

    @Override
    public void sleep(long nanos) {
        onSleep.accept(Duration.ofNanos(nanos));
    }

    void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }

    Duration elapsed() {
        return Duration.ofNanos(now.get());
    }

    /** Does something at a later time, to which nobody else comes. */
    void later(Duration by, Runnable task) {
        ahead.set(by.toNanos());
        try {
            task.run();
        } finally {
            ahead.remove();
        }
    }
}
