package io.weir.internal.count;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The permits that this node has taken ahead, of all keys. Thread-safe. */
final class Leases {

    private final Ticker ticker;
    private final Breaker breaker;
    private final Set<Lease.Grant> out = ConcurrentHashMap.newKeySet();
    private volatile boolean allowed;

    Leases(Ticker ticker, Breaker breaker) {
        this.ticker = ticker;
        this.breaker = breaker;
    }

    /** Whether all nodes keep what was taken as long as it may be used. */
    void allow(boolean all) {
        allowed = all;
    }

    boolean areAllowed() {
        return allowed;
    }

    long now() {
        return ticker.nanoTime();
    }

    int nodes() {
        return Math.max(1, breaker.nodes());
    }

    void granted(Lease.Grant grant, Lease.@Nullable Grant before) {
        breaker.counters().takenAhead(grant.size());
        out.add(grant);
        if (before != null) {
            end(before);
        }
    }

    private @Nullable CompletableFuture<?> end(Lease.Grant grant) {
        if (!out.remove(grant)) {
            return null;
        }
        long unused = grant.end();
        if (unused == 0) {
            return null;
        }
        breaker.counters().givenBack(unused);
        return grant.giveBack(unused);
    }

    /** Gives back what can no longer be used. To be called from time to time. */
    void sweep() {
        long now = ticker.nanoTime();
        for (Lease.Grant grant : out) {
            if (grant.isOver(now)) {
                end(grant);
            }
        }
    }

    /** Gives back everything, and waits a while for it to be sent. */
    void close(long nanos) {
        allowed = false;
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (Lease.Grant grant : out) {
            CompletableFuture<?> one = end(grant);
            if (one != null) {
                sent.add(one);
            }
        }
        try {
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                    .get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It comes free with time.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
