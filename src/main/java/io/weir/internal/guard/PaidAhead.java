package io.weir.internal.guard;

import io.weir.Policy;
import io.weir.internal.count.Ticker;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Calls that are paid and still to come, on threads that know no operation, by policy. There it
 * cannot be told whose call it is, only that no more come than are paid. Thread-safe.
 */
final class PaidAhead {

    /** How long a call may wait for its thread; one that has never come leaves no free call. */
    private static final long WAITS_AT_MOST = TimeUnit.MINUTES.toNanos(10);

    private final Ticker ticker;

    /** When each was paid, the oldest first; guarded by itself. */
    private final Map<String, ArrayDeque<Long>> calls = new ConcurrentHashMap<>();

    PaidAhead(Ticker ticker) {
        this.ticker = ticker;
    }

    void pay(Rule rule, Policy policy) {
        if (rule.apart()) {
            ArrayDeque<Long> paid =
                    calls.computeIfAbsent(policy.name(), name -> new ArrayDeque<>());
            synchronized (paid) {
                paid.add(ticker.nanoTime());
            }
        }
    }

    /** Whether one more call is paid; it is not paid any longer. */
    boolean claim(Rule rule, Policy policy) {
        ArrayDeque<Long> paid = rule.apart() ? calls.get(policy.name()) : null;
        if (paid == null) {
            return false;
        }
        synchronized (paid) {
            long now = ticker.nanoTime();
            while (!paid.isEmpty() && now - paid.element() > WAITS_AT_MOST) {
                paid.remove();
            }
            return paid.poll() != null;
        }
    }
}
