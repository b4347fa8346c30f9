package io.weir.internal.count;

import io.weir.Key;
import io.weir.Policy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what admissions took: here at once and exactly, in the shared counts without waiting
 * for it and never too much. Thread-safe.
 */
final class Receipts {

    private final Entries entries;
    private final Decider.@Nullable Sharing sharing;
    private final Ticker ticker;

    Receipts(Entries entries, Decider.@Nullable Sharing sharing, Ticker ticker) {
        this.entries = entries;
        this.sharing = sharing;
        this.ticker = ticker;
    }

    /** Of an admission whose permits are taken in this draft, under the number that is next. */
    Receipt open(
            Entry entry,
            Policy policy,
            Key key,
            Ledger.Draft draft,
            SharedCounts.@Nullable Slip slip) {
        return new Open(entry, policy, key, draft.order++, draft.generation, slip);
    }

    private interface Change {
        void to(Ledger.Draft draft, long now);
    }

    /** What one admission took. */
    private final class Open implements Receipt {
        private final Entry entry;
        private final Policy policy;
        private final Key key;
        private final long order;
        private final long generation;
        private final SharedCounts.@Nullable Slip slip;
        private final AtomicBoolean done = new AtomicBoolean();

        Open(
                Entry entry,
                Policy policy,
                Key key,
                long order,
                long generation,
                SharedCounts.@Nullable Slip slip) {
            this.entry = entry;
            this.policy = policy;
            this.key = key;
            this.order = order;
            this.generation = generation;
            this.slip = slip;
        }

        @Override
        public void giveBack() {
            if (!done.compareAndSet(false, true) || ledger() == null) {
                return;
            }
            CompletableFuture<?> sent =
                    slip == null || sharing == null ? null : send(slip, sharing);
            change(
                    (draft, now) -> {
                        draft.here = draft.here.giveBack(order, now);
                        draft.untold =
                                draft.untold == null ? null : draft.untold.giveBack(order, now);
                        draft.share = draft.share == null ? null : draft.share.giveBack(order, now);
                        draft.refusal = null;
                        draft.returning = sent;
                    });
        }

        @Override
        public void keep() {
            if (done.compareAndSet(false, true)) {
                change(
                        (draft, now) -> {
                            draft.here = draft.here.keep(order);
                            draft.untold = draft.untold == null ? null : draft.untold.keep(order);
                            draft.share = draft.share == null ? null : draft.share.keep(order);
                        });
            }
        }

        /** Nothing of an entry that was reset, or forgotten, since. */
        private @Nullable Ledger ledger() {
            Ledger ledger = entry.ledger();
            return ledger != null && ledger.generation == generation ? ledger : null;
        }

        private void change(Change change) {
            for (Ledger ledger = ledger(); ledger != null; ledger = ledger()) {
                long now = ticker.nanoTime();
                Ledger.Draft draft = ledger.draft();
                change.to(draft, now);
                if (entries.swap(entry, ledger, draft, now)) {
                    return;
                }
            }
        }

        private CompletableFuture<?> send(SharedCounts.Slip slip, Decider.Sharing sharing) {
            return sharing.breaker().asksPrimary()
                    ? sharing.counts().giveBack(policy, key, slip).toCompletableFuture()
                    : CompletableFuture.completedFuture(null);
        }
    }
}
