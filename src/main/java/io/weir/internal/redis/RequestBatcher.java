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
final class RequestBatcher {

    /** So long a call waits for others to be back: a tenth of what is left to it. */
    private static final int PART_OF_PATIENCE = 10;

    /**
     * In one round trip: Redis, at 10 microseconds each, is busy with them for under one
     * millisecond.
     */
    static final int PLACES = 64;

    private final Lua lua;
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * Nobody is under way.
     *
     * @param lua answers {@link ScriptReply#ofEach} for its keys
     */
    RequestBatcher(Lua lua) {
        this.lua = lua;
    }

    private static final class Request {

        private final Session session;
        private final List<Object> keys;
        private final Object[] arguments;
        private final CompletableFuture<ScriptReply> answer = new CompletableFuture<>();
        private volatile boolean sent;

        Request(Session session, List<Object> keys, Object[] arguments) {
            this.session = session;
            this.keys = keys;
            this.arguments = arguments;
        }

        /** Whether it was sent, or is over, after a while. */
        boolean isSentWithin(long nanos) {
            try {
                answer.get(nanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return sent;
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

    /**
     * Asks for one decision, or for some in one slot; waits for a way to do so, and not for the
     * answer, which is that of the first.
     */
    CompletableFuture<ScriptReply> ask(Session session, List<Object> asked, Object... arguments) {
        Request request = new Request(session, asked, arguments);
        waiting.add(request);
        boolean shared = session.commands().singleServer().holdsAllKeys();
        sendWaiting(shared ? 1 : Integer.MAX_VALUE, shared);
        if (!request.sent && !request.isSentWithin(session.left() / PART_OF_PATIENCE)) {
            sendWaiting(Integer.MAX_VALUE, shared);
        }
        return request.answer;
    }

    /** Sends what waits, while fewer batches than that are under way. */
    private void sendWaiting(int most, boolean shared) {
        while (!waiting.isEmpty() && started(most)) {
            List<Request> batch = nextBatch(shared ? PLACES : 1);
            if (batch.isEmpty()) {
                underWay.decrementAndGet();
            } else {
                send(batch).whenComplete((values, thrown) -> arrive(batch, values, thrown));
            }
        }
    }

    private boolean started(int most) {
        return underWay.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    private List<Request> nextBatch(int places) {
        List<Request> batch = new ArrayList<>();
        while (batch.size() < places) {
            Request next = waiting.poll();
            if (next == null) {
                break;
            }
            next.sent = true;
            if (!next.answer.isDone()) { // else it has given up
                batch.add(next);
            }
        }
        return batch;
    }

    private CompletionStage<List<Long>> send(List<Request> batch) {
        int decisions = 0;
        for (Request request : batch) {
            decisions += request.keys.size();
        }
        List<Object> keys = new ArrayList<>(decisions);
        Object[] arguments = new Object[decisions];
        for (Request request : batch) {
            System.arraycopy(
                    request.arguments, 0, arguments, keys.size(), request.arguments.length);
            keys.addAll(request.keys);
        }
        try {
            return batch.get(0).session.commands().byDigest(lua, keys, arguments);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void arrive(
            List<Request> batch, @Nullable List<Long> values, @Nullable Throwable thrown) {
        SingleServer singleServer = batch.get(0).session.commands().singleServer();
        if (batch.size() > 1 && thrown != null && isAboutSlots(thrown)) {
            singleServer.doesNot();
            waiting.addAll(batch); // nothing was decided
        } else {
            int decision = 0;
            for (Request request : batch) {
                CompletableFuture<ScriptReply> answer = request.answer;
                if (values == null) {
                    answer.completeExceptionally(
                            thrown == null ? new IllegalStateException("no answer") : thrown);
                } else {
                    answer.complete(ScriptReply.ofEach(values, decision));
                }
                decision += request.keys.size();
            }
        }
        // Only now: those who just got an answer often ask again at once, and can go together.
        underWay.decrementAndGet();
        boolean shared = singleServer.holdsAllKeys();
        sendWaiting(shared ? 1 : Integer.MAX_VALUE, shared);
    }

    /** Keys of one script must be on one node of a cluster: in one slot. */
    private static boolean isAboutSlots(Throwable thrown) {
        return String.valueOf(thrown.getMessage()).contains("CROSSSLOT");
    }
}
