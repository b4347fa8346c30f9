package io.weir.internal.count;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What one decision waits for before it asks, or answers, within its budget. A thread's own. */
final class Waits {

    private final Ticker ticker;
    private final WaitBudget budget;

    /** Until when it may wait for other calls; set by the first wait. */
    private long until;

    private boolean hasWaited;

    Waits(Ticker ticker, WaitBudget budget) {
        this.ticker = ticker;
        this.budget = budget;
    }

    /** Until another call of this key has ended; false if there is no time left, or none. */
    boolean forCallUnderWay(Entry entry, Ledger ledger) {
        long begun = ticker.nanoTime();
        if (!hasWaited) {
            hasWaited = true;
            until = begun + budget.left();
        }
        if (ledger.underWay == 0 || until - begun <= 0) {
            return false;
        }
        CountDownLatch latch = ledger.waiting;
        if (latch == null) {
            Ledger waited = ledger.copy();
            latch = new CountDownLatch(1);
            waited.waiting = latch;
            if (!entry.swap(ledger, waited)) {
                return true;
            }
        }
        try {
            return latch.await(until - begun, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            budget.spend(ticker.nanoTime() - begun);
        }
    }

    /** What was given back before must be there before this call, and may be on another way. */
    void forGivenBack(@Nullable Future<?> returning) throws StoreUnavailableException {
        if (returning == null || returning.isDone()) {
            return;
        }
        try {
            returning.get(budget.left(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // It comes back with time.
        } catch (TimeoutException e) {
            throw notAsked("no answer to what was given back");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notAsked("interrupted");
        }
    }

    private static StoreUnavailableException notAsked(String why) {
        return new StoreUnavailableException(StoreUnavailableException.Kind.NOT_COUNTED, why);
    }
}
