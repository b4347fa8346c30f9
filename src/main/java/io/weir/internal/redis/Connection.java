package io.weir.internal.redis;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.weir.internal.count.StoreBusyException;
import io.weir.internal.count.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.CommonOptions;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * One Redisson client, and every call bounded by one deadline for all its round trips together
 * (Redisson by itself grants the timeout to connection, write and reply each). The client is made
 * and closed here, unless it is the application's. Thread-safe.
 */
final class Connection implements AutoCloseable {

    /**
     * Calls on their way at once. At 100 microseconds a call in the slowest Redis worth using, the
     * last of them waits for half of the default deadline; without a bound, thousands of virtual
     * threads fill the queue so that everyone's deadline passes in it.
     */
    static final int IN_FLIGHT = 256;

    /** Of a probe: as long as making a connection may take. */
    private static final Duration PROBE_DEADLINE = Duration.ofSeconds(1);

    /**
     * Before the next try where Redis refused the configured access: that will not go away by
     * itself, and each try starts all of Redisson.
     */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(2);

    private final RedisSettings settings;
    private final @Nullable Supplier<?> application;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);

    /** Held while a client is made, which may take for ever where the application makes it. */
    private final Object making = new Object();

    private final Semaphore sent = new Semaphore(IN_FLIGHT);
    private @Nullable Failure refused;
    private long refusedAt;
    private long refusalNanos;
    private boolean failedBefore;

    /** Held for a moment only. */
    private final Object lifecycle = new Object();

    private boolean closed;
    private volatile @Nullable Client client;

    Connection(RedisSettings settings, @Nullable Supplier<?> application) {
        this.settings = settings;
        this.application = application;
    }

    /** Redisson, and what runs scripts in it, which takes a while to make. */
    private record Client(RedissonClient redisson, RScript scripts, OneServer oneServer) {}

    /** Redis does not know the digest. */
    private static final class UnknownScriptException extends StoreUnavailableException {

        private static final long serialVersionUID = 1L;

        UnknownScriptException(String message) {
            super(message, null, false);
        }
    }

    /** What one call does within its deadline. */
    interface Work<T> {
        T with(Session session) throws StoreUnavailableException, BadKeyException;
    }

    /** As long as the deadline allows. */
    <T> T call(Work<T> work) throws StoreUnavailableException {
        return call(work, Long.MAX_VALUE);
    }

    /**
     * Asks, as long as the deadline allows, and no longer than somebody waits.
     *
     * @param patience nanoseconds
     */
    <T> T call(Work<T> work, long patience) throws StoreUnavailableException {
        Client connected = client;
        if (connected == null) {
            throw new StoreUnavailableException("not connected to Redis", null, false);
        }
        long time = Math.max(0, Math.min(settings.deadline().toNanos(), patience));
        long until = System.nanoTime() + time;
        try {
            // With less than half of its time left a call would fail, and look like an outage.
            if (!inFlight.tryAcquire(time / 2, TimeUnit.NANOSECONDS)) {
                throw new StoreBusyException(
                        IN_FLIGHT + " calls to Redis are on their way already");
            }
        } catch (InterruptedException e) {
            throw interrupted(false);
        }
        try {
            return run(work, connected, until);
        } finally {
            inFlight.release();
        }
    }

    /**
     * Sends without waiting for the answer. Dropped where there is no connection, or where as many
     * are under way.
     *
     * @return ends with the answer
     */
    CompletionStage<?> send(Lua lua, List<Object> keys, Object... arguments) {
        Client connected = client;
        if (connected == null || !sent.tryAcquire()) {
            return CompletableFuture.completedFuture(null);
        }
        try {
            RScript.ReturnType type = RScript.ReturnType.LIST;
            Session session = new Session(connected, 0);
            return session.byDigest(lua, type, keys, arguments)
                    .exceptionallyCompose(
                            e ->
                                    isUnknownScript(e)
                                            ? session.byText(lua, type, keys, arguments)
                                            : CompletableFuture.failedFuture(e))
                    .whenComplete((done, failed) -> sent.release());
        } catch (RuntimeException e) {
            sent.release();
            return CompletableFuture.failedFuture(e);
        } finally {
            forgetThread();
        }
    }

    private static boolean isUnknownScript(Throwable thrown) {
        return thrown instanceof RedisNoScriptException
                || thrown.getCause() instanceof RedisNoScriptException;
    }

    /** Connects if not connected. */
    void connect() throws StoreUnavailableException {
        try {
            connected();
        } finally {
            forgetThread();
        }
    }

    /** Connects if not connected, and asks with the patience of a probe. */
    <T> T probe(Work<T> work) throws StoreUnavailableException {
        try {
            return run(work, connected(), System.nanoTime() + PROBE_DEADLINE.toNanos());
        } finally {
            forgetThread();
        }
    }

    private <T> T run(Work<T> work, Client connected, long until) throws StoreUnavailableException {
        try {
            return work.with(new Session(connected, until));
        } catch (BadKeyException e) {
            throw new StoreUnavailableException("cannot mend a key: " + e.getMessage(), null);
        } finally {
            forgetThread();
        }
    }

    private Client connected() throws StoreUnavailableException {
        synchronized (making) {
            Client connected = client;
            if (connected != null) {
                return connected;
            }
            if (refused != null && System.nanoTime() - refusedAt < refusalNanos) {
                throw refused.unavailable();
            }
            synchronized (lifecycle) {
                if (closed) {
                    throw new StoreUnavailableException("closed", null, false);
                }
            }
            try {
                connected = with(application == null ? create() : given(application));
            } catch (IOException | RuntimeException | LinkageError e) {
                Failure failure = failure(e);
                refused = failure.kind() == Failure.Kind.CONFIGURATION ? failure : null;
                refusedAt = System.nanoTime();
                // What does not link never will, and each try starts threads.
                refusalNanos = e instanceof LinkageError ? Long.MAX_VALUE : AFTER_REFUSAL.toNanos();
                throw failure.unavailable();
            }
            synchronized (lifecycle) {
                if (!closed) {
                    client = connected;
                    return connected;
                }
            }
            end(connected);
            throw new StoreUnavailableException("closed while it was connected", null, false);
        }
    }

    private Client with(RedissonClient redisson) {
        return new Client(
                redisson,
                redisson.getScript(
                        OptionalOptions.defaults()
                                .codec(StringCodec.INSTANCE)
                                .timeout(settings.deadline())
                                .retryAttempts(0)),
                new OneServer());
    }

    private RedissonClient create() throws IOException {
        Config config = RedissonConfig.of(settings);
        // Without TLS first: a server that wants it would log an error at each start.
        boolean knocks = !RedissonConfig.tls(config);
        if (knocks || failedBefore) {
            Knock.at(config);
        }
        try {
            return Redisson.create(config);
        } catch (RuntimeException e) {
            if (!knocks && !failedBefore && failure(e).kind() == Failure.Kind.AWAY) {
                failedBefore = true;
                Knock.at(config); // which may know why
            }
            throw e;
        }
    }

    private static RedissonClient given(Supplier<?> application) {
        if (application.get() instanceof RedissonClient client) {
            return client;
        }
        throw new IllegalStateException("no RedissonClient that Weir knows");
    }

    /** Waits for nobody who is just connecting: what that brings is ended by who brings it. */
    @Override
    public void close() {
        Client connected;
        synchronized (lifecycle) {
            closed = true;
            connected = client;
            client = null;
        }
        if (connected != null) {
            end(connected);
        }
        forgetThread();
    }

    /** An application's own client is the application's to end. */
    private void end(Client connected) {
        if (application == null) {
            connected.redisson().shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private Failure failure(Throwable thrown) {
        return Failure.of(thrown, settings);
    }

    private static StoreUnavailableException interrupted(boolean mayHaveCounted) {
        Thread.currentThread().interrupt();
        return new StoreUnavailableException(
                "interrupted while waiting for Redis", null, mayHaveCounted);
    }

    /**
     * Netty leaves thread-locals in the server's threads, through which the class loader of an
     * undeployed application would stay reachable. On its own threads it needs them.
     */
    private static void forgetThread() {
        if (!(Thread.currentThread() instanceof FastThreadLocalThread)) {
            FastThreadLocal.removeAll();
        }
    }

    /** The round trips of one call. */
    final class Session {

        private final Client client;
        private final long until;

        private Session(Client client, long until) {
            this.client = client;
            this.until = until;
        }

        /** Nanoseconds, not below 0. */
        long left() {
            return Math.max(0, until - System.nanoTime());
        }

        /** Runs a script, by its digest; loads it where Redis does not know it. */
        <T> T eval(Lua lua, RScript.ReturnType type, List<Object> keys, Object... arguments)
                throws StoreUnavailableException, BadKeyException {
            try {
                // Redisson would do both by itself in evalAsync, and for that copies each argument.
                return await(() -> byDigest(lua, type, keys, arguments));
            } catch (UnknownScriptException e) {
                return await(() -> byText(lua, type, keys, arguments));
            }
        }

        /** Runs a script that answers each key by itself, together with others that do. */
        Answer eval(RoundTrips trips, Object key, Object argument)
                throws StoreUnavailableException, BadKeyException {
            try {
                return await(() -> trips.ask(this, key, argument));
            } catch (UnknownScriptException e) {
                List<Object> keys = List.of(key);
                RScript.ReturnType type = RScript.ReturnType.LIST;
                return Answer.ofEach(await(() -> byText(trips.lua(), type, keys, argument)), 0);
            }
        }

        /** Runs a short script for each key alone, without waiting in between. */
        <T> List<T> evalEach(Lua lua, RScript.ReturnType type, List<Object> keys)
                throws StoreUnavailableException, BadKeyException {
            List<CompletableFuture<T>> answers = new ArrayList<>(keys.size());
            for (Object key : keys) {
                answers.add(this.<T>byText(lua, type, List.of(key)).toCompletableFuture());
            }
            await(() -> CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)));
            return answers.stream().map(CompletableFuture::join).toList();
        }

        /** Whether all keys are on one server. */
        OneServer oneServer() {
            return client.oneServer();
        }

        // READ_WRITE even for what only reads: it must run where the counts are written.

        <T> CompletionStage<T> byDigest(
                Lua lua, RScript.ReturnType type, List<Object> keys, Object... arguments) {
            return client.scripts()
                    .evalShaAsync(RScript.Mode.READ_WRITE, lua.digest(), type, keys, arguments);
        }

        private <T> CompletionStage<T> byText(
                Lua lua, RScript.ReturnType type, List<Object> keys, Object... arguments) {
            return client.scripts()
                    .evalAsync(RScript.Mode.READ_WRITE, lua.text(), type, keys, arguments);
        }

        boolean tryAcquire(String rateLimiter, long permits)
                throws StoreUnavailableException, BadKeyException {
            // With retries one call on a hung Redis takes its permits several times.
            return await(
                    () ->
                            client.redisson()
                                    .getRateLimiter(
                                            CommonOptions.name(rateLimiter)
                                                    .timeout(settings.deadline())
                                                    .retryAttempts(0))
                                    .tryAcquireAsync(permits));
        }

        private <T> T await(Supplier<? extends CompletionStage<T>> call)
                throws StoreUnavailableException, BadKeyException {
            if (left() == 0) {
                throw new StoreUnavailableException("no time was left to ask Redis", null, false);
            }
            CompletableFuture<T> reply = null;
            try {
                reply = call.get().toCompletableFuture();
                return reply.get(left(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                throw interrupted(true);
            } catch (TimeoutException e) {
                throw new StoreUnavailableException("no answer from Redis in time", null);
            } catch (ExecutionException | RuntimeException | LinkageError e) {
                // Redisson also throws CancellationException, IllegalStateException and, while it
                // shuts down, RejectedExecutionException.
                Failure failure = failure(e);
                if (failure.kind() == Failure.Kind.BAD_KEY) {
                    throw new BadKeyException(failure.text());
                }
                if (isUnknownScript(e)) {
                    throw new UnknownScriptException(failure.text());
                }
                throw failure.unavailable();
            } finally {
                if (reply != null) {
                    // What was not written yet need not be.
                    reply.cancel(false);
                }
            }
        }
    }
}
