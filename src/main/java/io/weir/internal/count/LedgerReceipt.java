package io.weir.internal.count;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what one admission took: here at once and exactly, in the shared counts without
 * waiting for it and never too much. Gives back nothing of an entry that was reset, or forgotten,
 * since. Thread-safe.
 */
final class LedgerReceipt implements Receipt {

    private final Entries entries;
    private final Entry entry;
    private final long order;
    private final long generation;
    private final @Nullable Sharing sharing;
    private final @Nullable Supplier<CompletionStage<?>> shared;
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
            @Nullable Sharing sharing,
            @Nullable Supplier<CompletionStage<?>> shared) {
        this.entries = entries;
        this.entry = entry;
        this.order = ledger.order++;
        this.generation = ledger.generation;
        this.sharing = sharing;
        this.shared = shared;
    }

    @Override
    public void giveBack() {
        if (!done.compareAndSet(false, true) || ledger() == null) {
            return;
        }
        CompletableFuture<?> sent =
                sharing == null || shared == null || !sharing.breaker().asksPrimary()
                        ? null
                        : shared.get().toCompletableFuture();
        change(
                (ledger, now) -> {
                    ledger.change(account -> account.giveBack(order, now));
                    ledger.refusal = null;
                    ledger.returning = sent;
                });
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
