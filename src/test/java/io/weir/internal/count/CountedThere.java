package io.weir.internal.count;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Real counts that several nodes share, behind a cable that can be pulled. */
final class CountedThere implements SharedCounts {

    /** What happens while a call is on its way. */
    interface Interruption {
        void happens() throws Exception;
    }

    private CountingStore counts;
    boolean up = true;
    boolean busy;
    boolean denies;
    int asked;
    Interruption during = () -> {};
    final List<Debt> debts = new ArrayList<>();

    private record Taken(Receipt receipt) implements Slip {}

    CountedThere(CountingStore counts) {
        this.counts = counts;
    }

    /** Everything is forgotten. */
    void countsAnewWith(CountingStore fresh) {
        counts = fresh;
    }

    private void reach() throws StoreUnavailableException {
        asked++;
        if (!up) {
            throw new StoreUnavailableException("cable pulled", null);
        }
        if (busy) {
            throw new StoreBusyException("too many");
        }
    }

    @Override
    public Answer take(Policy policy, Key key, long cost, Told told, long patience)
            throws StoreUnavailableException {
        reach();
        debts.addAll(told.debts());
        try {
            during.happens();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        Outcome outcome = counts.tryAcquire(policy, key, cost);
        if (denies && outcome.decision() instanceof Decision.Admitted) {
            throw new StoreDeniedException("OOM"); // as a Redis without memory: it goes on reading
        }
        return new Answer(outcome.decision(), new Taken(outcome.receipt()));
    }

    @Override
    public boolean countsWhatItIsTold(Policy policy) {
        return policy.engine() == Engine.SCRIPT;
    }

    @Override
    public CompletionStage<?> giveBack(Policy policy, Key key, Slip slip) {
        ((Taken) slip).receipt().giveBack();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key, long patience)
            throws StoreUnavailableException {
        reach();
        return counts.peek(policy, key);
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        reach();
        counts.reset(policy, key);
    }
}
