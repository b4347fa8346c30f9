package io.weir.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;

/**
 * Decisions of several threads that share a round trip: most of what one costs, here and in Redis,
 * is the way.
 *
 * <p>Who comes while few are on their way sets out at once. Who comes while {@link #FEW} are waits
 * until one of them is back, and sets out with all who came meanwhile; or after {@link #PATIENCE},
 * so that a Redis that answers late is asked hardly later than without this. Each decision keeps
 * its own deadline and its own answer. Thread-safe.
 */
final class RoundTrips {

    /** Two: while one is decided, the next one is under way. */
    static final int FEW = 2;

    /** Longer than a round trip between machines that are near each other. */
    static final Duration PATIENCE = Duration.ofMillis(1);

    /**
     * In one round trip: Redis, at 10 microseconds each, is busy with them for under one
     * millisecond.
     */
    static final int MOST = 64;

    private final Lua lua;
    private final Queue<Passenger> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    /** Not where keys are on several nodes: false once a Redis has said so. */
    private volatile boolean sharing = true;

    /**
     * Nobody is under way.
     *
     * @param lua answers {@link Answer#ofEach} for its keys
     */
    RoundTrips(Lua lua) {
        this.lua = lua;
    }

    private static final class Passenger {

        private final Connection.Session session;
        private final Object key;
        private final Object argument;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private volatile boolean aboard;

        Passenger(Connection.Session session, Object key, Object argument) {
            this.session = session;
            this.key = key;
            this.argument = argument;
        }

        /** Whether it has set out, or is over, after a while. */
        boolean setsOut() {
            try {
                answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return aboard;
            } catch (ExecutionException e) {
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
    }

    Lua lua() {
        return lua;
    }

    /** Asks for one decision; waits for a way to do so, and not for the answer. */
    CompletableFuture<Answer> ask(Connection.Session session, Object key, Object argument) {
        Passenger passenger = new Passenger(session, key, argument);
        waiting.add(passenger);
        setOut(few());
        if (!passenger.aboard && !passenger.setsOut()) {
            setOut(Integer.MAX_VALUE);
        }
        return passenger.answer;
    }

    private int few() {
        return sharing ? FEW : Integer.MAX_VALUE;
    }

    private void setOut(int few) {
        while (!waiting.isEmpty() && started(few)) {
            List<Passenger> aboard = board();
            if (aboard.isEmpty()) {
                underWay.decrementAndGet();
            } else {
                send(aboard).whenComplete((values, thrown) -> arrive(aboard, values, thrown));
            }
        }
    }

    private boolean started(int few) {
        return underWay.getAndUpdate(now -> now < few ? now + 1 : now) < few;
    }

    private List<Passenger> board() {
        int most = sharing ? MOST : 1;
        List<Passenger> aboard = new ArrayList<>();
        while (aboard.size() < most) {
            Passenger next = waiting.poll();
            if (next == null) {
                break;
            }
            next.aboard = true;
            if (!next.answer.isDone()) { // else it has given up
                aboard.add(next);
            }
        }
        return aboard;
    }

    private CompletionStage<List<Long>> send(List<Passenger> aboard) {
        List<Object> keys = new ArrayList<>(aboard.size());
        Object[] arguments = new Object[aboard.size()];
        for (Passenger passenger : aboard) {
            arguments[keys.size()] = passenger.argument;
            keys.add(passenger.key);
        }
        try {
            return aboard.get(0).session.byDigest(lua, RScript.ReturnType.LIST, keys, arguments);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void arrive(
            List<Passenger> aboard, @Nullable List<Long> values, @Nullable Throwable thrown) {
        if (aboard.size() > 1 && thrown != null && isAboutSlots(thrown)) {
            sharing = false;
            waiting.addAll(aboard); // nothing was decided
        } else {
            for (int i = 0; i < aboard.size(); i++) {
                CompletableFuture<Answer> answer = aboard.get(i).answer;
                if (values == null) {
                    answer.completeExceptionally(
                            thrown == null ? new IllegalStateException("no answer") : thrown);
                } else {
                    answer.complete(Answer.ofEach(values, i));
                }
            }
        }
        // Only now: those who just got an answer often ask again at once, and can go together.
        underWay.decrementAndGet();
        setOut(few());
    }

    /** Keys of one script must be on one node of a cluster: in one slot. */
    private static boolean isAboutSlots(Throwable thrown) {
        return String.valueOf(thrown.getMessage()).contains("CROSSSLOT");
    }
}
