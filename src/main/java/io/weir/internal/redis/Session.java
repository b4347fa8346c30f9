package io.weir.internal.redis;

import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.StoreUnavailableException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The round trips of one call, within one deadline for all of them.
 *
 * @param until the deadline, by {@link System#nanoTime()}
 */
record Session(RedisCommands commands, RedisSettings settings, long until) {

    /** Nanoseconds, not below 0. */
    long left() {
        return Math.max(0, until - System.nanoTime());
    }

    /** Runs a script, by its digest; loads it where Redis does not know it. */
    <T> T eval(Lua lua, List<Object> keys, Object... arguments) throws StoreUnavailableException {
        try {
            // Redisson would do both by itself in evalAsync, and for that copies each argument.
            return await(() -> commands.byDigest(lua, keys, arguments));
        } catch (Failure e) {
            e.throwUnless(Failure.Reason.UNKNOWN_SCRIPT);
            return await(() -> commands.byText(lua, keys, arguments));
        }
    }

    /** Runs a script that answers each key by itself, together with others that do. */
    ScriptReply eval(RequestBatcher batcher, List<Object> keys, Object... arguments)
            throws StoreUnavailableException {
        try {
            return await(() -> batcher.ask(this, keys, arguments));
        } catch (Failure e) {
            e.throwUnless(Failure.Reason.UNKNOWN_SCRIPT);
            return ScriptReply.ofEach(
                    await(() -> commands.byText(batcher.lua(), keys, arguments)), 0);
        }
    }

    /** Sends a script, by its digest, and waits for nothing; the answer is the future's. */
    CompletableFuture<List<Long>> send(Lua lua, List<Object> keys, Object... arguments) {
        try {
            return commands.<List<Long>>byDigest(lua, keys, arguments).toCompletableFuture();
        } catch (RuntimeException | LinkageError e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Runs a short script for each key alone, without waiting in between. */
    <T> List<T> evalEach(Lua lua, List<Object> keys) throws StoreUnavailableException {
        List<CompletableFuture<T>> answers = new ArrayList<>(keys.size());
        for (Object key : keys) {
            answers.add(commands.<T>byText(lua, List.of(key)).toCompletableFuture());
        }
        await(() -> CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)));
        return answers.stream().map(CompletableFuture::join).toList();
    }

    boolean tryAcquire(String rateLimiter, long permits) throws StoreUnavailableException {
        return await(() -> commands.tryAcquire(rateLimiter, permits));
    }

    <T> T await(Supplier<? extends CompletionStage<T>> call) throws StoreUnavailableException {
        if (left() == 0) {
            throw new StoreUnavailableException(Kind.NOT_COUNTED, "no time was left to ask Redis");
        }
        CompletableFuture<T> reply = null;
        try {
            reply = call.get().toCompletableFuture();
            return reply.get(left(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted(Kind.MAY_HAVE_COUNTED);
        } catch (TimeoutException e) {
            throw new StoreUnavailableException("no answer from Redis in time", null);
        } catch (ExecutionException | RuntimeException | LinkageError e) {
            // Redisson also throws CancellationException, IllegalStateException and, while it
            // shuts down, RejectedExecutionException.
            throw Failure.of(e, settings);
        } finally {
            if (reply != null) {
                // What was not written yet need not be.
                reply.cancel(false);
            }
        }
    }

    static StoreUnavailableException interrupted(Kind kind) {
        Thread.currentThread().interrupt();
        return new StoreUnavailableException(kind, "interrupted while waiting for Redis");
    }
}
