package io.weir.internal.count;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what one admission took, or settles it: here at once and exactly, in the shared counts
 * without waiting for it and never too much. Gives back nothing of an entry that was reset, or
 * forgotten, since. Thread-safe.
 */
final class LedgerReceipt implements Receipt {

    private final Entries entries;
    private final Entry entry;
    private final long order;
    private final long generation;
    private final @Nullable Sharing sharing;
    private final SharedCounts.@Nullable Settlement shared;
    private final Limits limits;
    private final long cost;
    private final long made;
    private final AtomicBoolean done = new AtomicBoolean();

    /**
     * Of an admission whose permits are taken in this ledger, under the number that is next.
     *
     * @param shared gives back in the shared counts, where they have counted it
     */
    LedgerReceipt(
            Entries entries,
            Entry entry,
            Ledger ledger,
            Limits limits,
            long cost,
            @Nullable Sharing sharing,
            SharedCounts.@Nullable Settlement shared) {
        this.entries = entries;
        this.entry = entry;
        this.order = ledger.order++;
        this.generation = ledger.generation;
        this.limits = limits;
        this.cost = cost;
        this.made = entries.ticker().nanoTime();
        this.sharing = sharing;
        this.shared = shared;
    }

    @Override
    public void giveBack() {
        settle(0);
    }

    @Override
    public boolean settle(long actual) {
        if (!done.compareAndSet(false, true)) {
            return false;
        }
        if (entries.ticker().nanoTime() - made >= limits.receiptsAreOpenFor()) {
            return false; // the estimate is the price
        }
        long more = actual - cost;
        if (ledger() == null) {
            return true; // all of it is forgotten
        }
        if (more > 0) {
            charge(Math.min(more, limits.capacity()));
        } else {
            giveBack(-more);
        }
        return true;
    }

    private void giveBack(long permits) {
        CompletableFuture<?> sent = permits == 0 ? null : sent(-permits);
        change(
                (ledger, now) -> {
                    ledger.change(account -> account.giveBack(order, permits, now));
                    ledger.refusal = permits == 0 ? ledger.refusal : null;
                    ledger.returning = sent == null ? ledger.returning : sent;
                });
    }

    private void charge(long permits) {
        CompletableFuture<?> sent = sent(permits);
        change(
                (ledger, now) -> {
                    ledger.here = ledger.here.charge(order, permits, now);
                    Account share = ledger.share;
                    ledger.share = share == null ? null : share.charge(order, permits, now);
                    if (sent == null) {
                        untold(ledger, permits, now);
                    } else {
                        ledger.returning = sent;
                    }
                });
        if (sent != null) {
            sent.whenComplete(
                    (done, failed) -> {
                        if (failed instanceof StoreUnavailableException e && !e.mayHaveCounted()) {
                            change((ledger, now) -> untold(ledger, permits, now));
                        }
                    });
        }
    }

    /** The next call of the key tells it. */
    private void untold(Ledger ledger, long permits, long now) {
        if (sharing != null) {
            ledger.untold = ledger.untold(limits, now).charge(order, permits, now);
        }
    }

    /** Null where it cannot be sent. */
    private @Nullable CompletableFuture<?> sent(long more) {
        return sharing == null || shared == null || !sharing.breaker().asksPrimary()
                ? null
                : shared.settle(more).toCompletableFuture();
    }

    @Override
    public void keep() {
        if (done.compareAndSet(false, true)) {
            change((ledger, now) -> ledger.change(account -> account.keep(order)));
        }
    }

    private @Nullable Ledger ledger() {
        Ledger ledger = entry.ledger();
        return ledger != null && ledger.generation == generation ? ledger : null;
    }

    private void change(ObjLongConsumer<Ledger> change) {
        for (Ledger ledger = ledger(); ledger != null; ledger = ledger()) {
            long now = entries.ticker().nanoTime();
            Ledger changed = ledger.copy();
            change.accept(changed, now);
            if (entries.swap(entry, ledger, changed, now)) {
                return;
            }
        }
    }
}
