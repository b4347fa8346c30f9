package io.weir.internal.redis;

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
 * <p>Who comes while nobody is under way sets out at once. Who comes meanwhile waits until they are
 * back, and sets out with all who came since; or after a tenth of the time that is left to it, so
 * that a Redis that answers late is asked hardly later than without this. Each decision keeps its
 * own deadline and its own answer.
 *
 * <p>Only where one server is known to hold all keys: others refuse them together, or count them
 * where nobody finds them again. Thread-safe.
 */
final class RoundTrips {

    /** So long a call waits for others to be back: a tenth of what is left to it. */
    private static final int PART_OF_PATIENCE = 10;

    /**
     * In one round trip: Redis, at 10 microseconds each, is busy with them for under one
     * millisecond.
     */
    static final int PLACES = 64;

    private final Lua lua;
    private final Queue<Passenger> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

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
        boolean setsOutWithin(long nanos) {
            try {
                answer.get(nanos, TimeUnit.NANOSECONDS);
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
        boolean shared = session.oneServer().holdsAllKeys();
        setOut(shared ? 1 : Integer.MAX_VALUE, shared);
        if (!passenger.aboard && !passenger.setsOutWithin(session.left() / PART_OF_PATIENCE)) {
            setOut(Integer.MAX_VALUE, shared);
        }
        return passenger.answer;
    }

    /** With at most so many under way, that nobody waits. */
    private void setOut(int most, boolean shared) {
        while (!waiting.isEmpty() && started(most)) {
            List<Passenger> aboard = board(shared ? PLACES : 1);
            if (aboard.isEmpty()) {
                underWay.decrementAndGet();
            } else {
                send(aboard).whenComplete((values, thrown) -> arrive(aboard, values, thrown));
            }
        }
    }

    private boolean started(int most) {
        return underWay.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    private List<Passenger> board(int places) {
        List<Passenger> aboard = new ArrayList<>();
        while (aboard.size() < places) {
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
        OneServer oneServer = aboard.get(0).session.oneServer();
        if (aboard.size() > 1 && thrown != null && isAboutSlots(thrown)) {
            oneServer.doesNot();
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
        boolean shared = oneServer.holdsAllKeys();
        setOut(shared ? 1 : Integer.MAX_VALUE, shared);
    }

    /** Keys of one script must be on one node of a cluster: in one slot. */
    private static boolean isAboutSlots(Throwable thrown) {
        return String.valueOf(thrown.getMessage()).contains("CROSSSLOT");
    }
}
