package io.weir.internal.redis;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.StoreUnavailableException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
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
    private volatile @Nullable RedisCommands commands;

    Connection(RedisSettings settings, @Nullable Supplier<?> application) {
        this.settings = settings;
        this.application = application;
    }

    /** What one call does within its deadline. */
    interface Work<T> {
        T with(Session session) throws StoreUnavailableException;
    }

    /** Asks, as long as the deadline allows. */
    <T> T call(Work<T> work) throws StoreUnavailableException {
        return call(work, Long.MAX_VALUE);
    }

    /**
     * Asks, as long as the deadline allows, and no longer than somebody waits.
     *
     * @param budget nanoseconds
     */
    <T> T call(Work<T> work, long budget) throws StoreUnavailableException {
        RedisCommands connected = commands;
        if (connected == null) {
            throw notAsked("not connected to Redis");
        }
        long time = Math.max(0, Math.min(settings.deadline().toNanos(), budget));
        long until = System.nanoTime() + time;
        try {
            // With less than half of its time left a call would fail, and look like an outage.
            if (!inFlight.tryAcquire(time / 2, TimeUnit.NANOSECONDS)) {
                throw new StoreUnavailableException(
                        Kind.BUSY, IN_FLIGHT + " calls to Redis are on their way already");
            }
        } catch (InterruptedException e) {
            throw Session.interrupted(Kind.NOT_COUNTED);
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
        RedisCommands connected = commands;
        if (connected == null || !sent.tryAcquire()) {
            return CompletableFuture.failedFuture(notAsked("not sent"));
        }
        try {
            return connected
                    .byDigest(lua, keys, arguments)
                    .exceptionallyCompose(
                            e ->
                                    Failure.isUnknownScript(e)
                                            ? connected.byText(lua, keys, arguments)
                                            : CompletableFuture.failedFuture(e))
                    .whenComplete((done, failed) -> sent.release());
        } catch (RuntimeException e) {
            sent.release();
            return CompletableFuture.failedFuture(e);
        } finally {
            forgetThread();
        }
    }

    /** Connects if not connected. */
    void connect() throws StoreUnavailableException {
        try {
            connected();
        } finally {
            forgetThread();
        }
    }

    /** Connects if not connected, and waits as long as a probe does. */
    <T> T probe(Work<T> work) throws StoreUnavailableException {
        try {
            return run(work, connected(), System.nanoTime() + PROBE_DEADLINE.toNanos());
        } finally {
            forgetThread();
        }
    }

    private <T> T run(Work<T> work, RedisCommands connected, long until)
            throws StoreUnavailableException {
        try {
            return work.with(new Session(connected, settings, until));
        } catch (Failure e) {
            if (e.reason() == Failure.Reason.BAD_KEY) {
                throw new StoreUnavailableException("cannot mend a key: " + e.getMessage(), null);
            }
            throw e;
        } finally {
            forgetThread();
        }
    }

    private RedisCommands connected() throws StoreUnavailableException {
        synchronized (making) {
            RedisCommands connected = commands;
            if (connected != null) {
                return connected;
            }
            if (refused != null && System.nanoTime() - refusedAt < refusalNanos) {
                throw refused;
            }
            synchronized (lifecycle) {
                if (closed) {
                    throw notAsked("closed");
                }
            }
            try {
                RedissonClient client = application == null ? create() : given(application);
                connected = RedisCommands.of(client, settings.deadline());
            } catch (IOException | RuntimeException | LinkageError e) {
                Failure failure = Failure.of(e, settings);
                refused = failure.reason() == Failure.Reason.CONFIGURATION ? failure : null;
                refusedAt = System.nanoTime();
                // What does not link never will, and each try starts threads.
                refusalNanos = e instanceof LinkageError ? Long.MAX_VALUE : AFTER_REFUSAL.toNanos();
                throw failure;
            }
            synchronized (lifecycle) {
                if (!closed) {
                    commands = connected;
                    return connected;
                }
            }
            end(connected);
            throw notAsked("closed while it was connected");
        }
    }

    private RedissonClient create() throws IOException {
        Config config = RedissonConfig.of(settings);
        // Without TLS first: a server that wants it would log an error at each start.
        boolean pings = !RedissonConfig.tls(config);
        if (pings || failedBefore) {
            PingCheck.at(config);
        }
        try {
            return Redisson.create(config);
        } catch (RuntimeException e) {
            boolean away = Failure.of(e, settings).reason() == Failure.Reason.AWAY;
            if (!pings && !failedBefore && away) {
                failedBefore = true;
                PingCheck.at(config); // which may know why
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
        RedisCommands connected;
        synchronized (lifecycle) {
            closed = true;
            connected = commands;
            commands = null;
        }
        if (connected != null) {
            end(connected);
        }
        forgetThread();
    }

    /** An application's own client is the application's to end. */
    private void end(RedisCommands connected) {
        if (application == null) {
            connected.redisson().shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private static StoreUnavailableException notAsked(String why) {
        return new StoreUnavailableException(Kind.NOT_COUNTED, why);
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
}
