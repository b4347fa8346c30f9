package io.weir.internal.count;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Policy;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes count together. It may be away, late, or have forgotten anything; the {@link
 * Decider} lives with that. Thread-safe.
 *
 * <p>No instants cross from one clock to the other, only ages. {@code budget} is the time that is
 * left of a request, in nanoseconds: no method that takes it returns later.
 */
public interface SharedCounts {

    /**
     * Takes from every limit of the policy or from none, after counting what comes with it, all in
     * one round trip.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost permits, 1 to {@link Policy#capacity()}
     * @param debts what is counted first: one for each limit of the policy, or none; none where
     *     {@link #countsDebts} is false
     * @param budget nanoseconds
     * @return admitted or refused
     * @throws StoreUnavailableException if there is no answer; {@link
     *     StoreUnavailableException#mayHaveCounted} says whether it may have been counted
     */
    Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
            throws StoreUnavailableException;

    /**
     * Takes for one policy and for another, each from every limit of it or from none, in one round
     * trip if that is possible.
     *
     * @param first what is taken
     * @param second what is taken beside it, under the same key
     * @param budget nanoseconds
     * @return the answers
     * @throws StoreUnavailableException if there is no answer to the first; then nobody knows of
     *     the second
     */
    default Answers take(Taking first, Taking second, long budget)
            throws StoreUnavailableException {
        Answer answer = first.of(this, budget);
        try {
            return new Answers(answer, second.of(this, budget));
        } catch (StoreUnavailableException e) {
            return new Answers(answer, null);
        }
    }

    /**
     * What is taken, as {@link #take(Policy, Key, long, List, long)} has it.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost permits
     * @param debts what is counted first
     */
    record Taking(Policy policy, Key key, long cost, List<Debt> debts) {

        Answer of(SharedCounts counts, long budget) throws StoreUnavailableException {
            return counts.take(policy, key, cost, debts, budget);
        }
    }

    /**
     * What was decided of two.
     *
     * @param first of the first
     * @param second of the second; null if nobody has said it
     */
    record Answers(Answer first, @Nullable Answer second) {}

    /**
     * Whether {@link #take} counts debts.
     *
     * @param policy the policy
     * @return false for what {@code RRateLimiter} counts
     */
    boolean countsDebts(Policy policy);

    /**
     * Looks without taking.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost permits, as to {@link #take}
     * @param budget nanoseconds
     * @return what {@link #take} would decide, with what is left before it: the state of each
     *     limit, in the policy's order
     * @throws StoreUnavailableException if there is no answer
     */
    Decision peek(Policy policy, Key key, long cost, long budget) throws StoreUnavailableException;

    /**
     * Forgets what was used of every limit of the policy, and leaves a {@link Mark} for the other
     * nodes. What could not be done now is done before the next heartbeat, and before anything else
     * is counted for the key.
     *
     * @param policy the policy
     * @param key whose permits
     * @throws StoreUnavailableException if the others do not know of it yet; it may be repeated
     */
    void reset(Policy policy, Key key) throws StoreUnavailableException;

    /**
     * The key of a policy, as the shared counts and the log call it, without the application.
     *
     * @param policy the policy
     * @param key whose permits
     * @return {@code <policy>:{<key>}}, both escaped
     */
    static String name(Policy policy, Key key) {
        // An empty hash tag is none for a cluster; a bare % is not in any escaped text.
        String tag = key.text().isEmpty() ? "%" : key.text();
        return Key.escape(policy.name()) + ":{" + tag + "}";
    }

    /**
     * What was decided.
     *
     * @param decision admitted or refused
     * @param settlement null unless the policy gives back and it was admitted
     */
    record Answer(Decision decision, @Nullable Settlement settlement) {}

    /** What changes the price of an admission. */
    @FunctionalInterface
    interface Settlement {
        /**
         * Sends what gives permits back, or charges more, without waiting.
         *
         * @param more permits that it has cost beside those that were taken; negative: less
         * @return ends when that is done, or will never be; with a {@link
         *     StoreUnavailableException} of what was not sent
         */
        CompletionStage<?> settle(long more);
    }

    /** What a node has admitted of one limit, and tells with a call. */
    sealed interface Debt {

        /**
         * Of a sliding window: what was not told yet, at most {@value #MOST} runs, oldest first.
         *
         * @param ages nanoseconds, rounded down
         * @param counts how many permits were taken at each
         */
        record Runs(long[] ages, long[] counts) implements Debt {
            /** The most runs. */
            public static final int MOST = 100;
        }

        /**
         * Of a token bucket, as the time until it would have drained: the shared level becomes the
         * higher of (itself and {@code untold}) and {@code here}.
         *
         * @param untold of what was not told yet, nanoseconds rounded up
         * @param here of all that this node has admitted, nanoseconds rounded down
         */
        record Level(long untold, long here) implements Debt {}

        /**
         * Of a calendar quota: where it is the period that the shared counts are in, their number
         * becomes the higher of (itself and {@code untold}) and {@code here}.
         *
         * @param begin the name of the period, as {@link Period#begin}
         * @param untold permits that were not told yet
         * @param here all permits that this node has admitted in it
         */
        record Counted(long begin, long untold, long here) implements Debt {}
    }

    /**
     * A reset by another node.
     *
     * @param name the key, as {@link #name} says it
     * @param age how long ago it was, nanoseconds
     */
    record Mark(String name, long age) {}
}
