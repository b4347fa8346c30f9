package io.weir.internal.redis;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.SharedOverride;
import io.weir.internal.count.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript.ReturnType;

/**
 * Counts in Redis, the same for all nodes.
 *
 * <p>A policy with exactly one sliding window that gives nothing back is decided by Redisson's
 * {@code RRateLimiter} unless it asks for {@link Engine#SCRIPT}; every other one by Weir's script.
 *
 * <p>A call takes at most the deadline of the settings, all its round trips together; whatever
 * Redisson throws arrives as {@link StoreUnavailableException}. A key that holds something strange
 * is mended within the call. A call that missed the deadline may still be counted by a Redis that
 * goes on later.
 *
 * <p>Not connected until {@link #probe()} has connected it, and connected again by itself after
 * that. Thread-safe.
 */
public final class RedisCounts implements RemoteCounts {

    private static final Lua AOF =
            Lua.of(
                    ReturnType.LONG,
                    "local said = redis.pcall('INFO', 'persistence')"
                            + " local no = type(said) == 'string' and said:find('aof_enabled:0', 1, true)"
                            + " return no and 0 or 1");

    private final Connection connection;
    private final String address;
    private final RateLimiterEngine rateLimiter;
    private final ScriptEngine script;
    private final Resets resets;
    private final NodeHeartbeat heartbeat;
    private final RedisKeys keys;
    private final OperatorExchange operatorExchange;

    /**
     * Does not connect.
     *
     * @param settings where Redis is and how long a call may take
     * @param application the first part of every key, asked for when the first key is named
     * @param tellsState whether admissions, too, say what is left, where that costs a round trip
     */
    public RedisCounts(RedisSettings settings, Supplier<String> application, boolean tellsState) {
        this(settings, null, application, tellsState, () -> Resets.DAY);
    }

    /**
     * Uses a client of the application, which is never closed here. Does not connect.
     *
     * @param settings how long a call may take; where Redis is, unless there is a client
     * @param client makes or looks up a {@code RedissonClient} and is asked again until it has one;
     *     null: one is made from the settings
     * @param application the first part of every key, asked for when the first key is named
     * @param tellsState whether admissions, too, say what is left, where that costs a round trip
     * @param longest the longest time for which a permit of any policy is used: so long resets are
     *     told to other nodes, a day at most
     */
    public RedisCounts(
            RedisSettings settings,
            @Nullable Supplier<?> client,
            Supplier<String> application,
            boolean tellsState,
            Supplier<Duration> longest) {
        this(
                settings,
                client,
                application,
                tellsState,
                longest,
                Lua.text("clock.lua"),
                System::currentTimeMillis);
    }

    /**
     * With clocks of its own.
     *
     * @param clockLua the script's: Lua that defines {@code now} in microseconds
     * @param wallClock this node's: milliseconds since 1970
     */
    RedisCounts(
            RedisSettings settings,
            @Nullable Supplier<?> client,
            Supplier<String> application,
            boolean tellsState,
            Supplier<Duration> longest,
            String clockLua,
            LongSupplier wallClock) {
        keys = new RedisKeys(application);
        connection = new Connection(settings, client);
        address = RedissonConfig.address(settings);
        rateLimiter = new RateLimiterEngine(keys, tellsState, wallClock);
        script = new ScriptEngine(connection, keys, clockLua, wallClock);
        resets = new Resets(keys, longest);
        heartbeat = new NodeHeartbeat(keys, resets, wallClock);
        operatorExchange = new OperatorExchange(keys, heartbeat.node());
    }

    /**
     * What is wrong with a configuration file, as far as can be told without connecting.
     *
     * @param settings where Redis is
     * @return a phrase without values of the file; empty if all is well, or if there is no file
     */
    public static Optional<String> mistake(RedisSettings settings) {
        if (settings.topology() == RedisSettings.Topology.FILE) {
            try {
                RedissonConfig.of(settings);
            } catch (IOException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void connect() throws StoreUnavailableException {
        connection.connect();
    }

    /**
     * A message that begins with {@code Redis refuses the configured access} is about a setting and
     * will not go away by itself.
     */
    @Override
    public Heartbeat probe() throws StoreUnavailableException {
        resets.makeWaiting(connection);
        return connection.probe(
                session -> {
                    Heartbeat heard = heartbeat.beat(session);
                    session.commands().singleServer().find(session, keys);
                    return heard;
                });
    }

    @Override
    public List<SharedOverride> exchange(List<SharedOverride> known)
            throws StoreUnavailableException {
        return connection.probe(session -> operatorExchange.overrides(session, known));
    }

    @Override
    public Map<String, String> tallies(String mine) throws StoreUnavailableException {
        return connection.probe(session -> operatorExchange.tallies(session, mine));
    }

    @Override
    public String node() {
        return heartbeat.node();
    }

    @Override
    public boolean writesNoLog() {
        try {
            return connection.<Long>call(
                            session -> session.eval(AOF, List.of(keys.probe("persistence"))))
                    == 0;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
            throws StoreUnavailableException {
        if (cost < 1) { // RRateLimiter would hand permits out
            throw new IllegalArgumentException("cost is " + cost + ", expected at least 1");
        }
        return connection.call(
                session -> {
                    resets.makeWaiting(session, policy, key);
                    return byRateLimiter(policy)
                            ? rateLimiter.take(session, policy, key, cost)
                            : script.take(session, new Taking(policy, key, cost, debts));
                },
                budget);
    }

    /** Where {@code RRateLimiter} counts the first, the second is asked at the same time. */
    @Override
    public Answers take(Taking first, Taking second, long budget) throws StoreUnavailableException {
        return connection.call(
                session -> {
                    resets.makeWaiting(session, first.policy(), first.key());
                    resets.makeWaiting(session, second.policy(), second.key());
                    return byRateLimiter(first.policy())
                            ? script.beside(
                                    session,
                                    second,
                                    () ->
                                            rateLimiter.take(
                                                    session,
                                                    first.policy(),
                                                    first.key(),
                                                    first.cost()))
                            : script.take(session, first, second);
                },
                budget);
    }

    /** {@code RRateLimiter} knows no such call. */
    @Override
    public boolean countsDebts(Policy policy) {
        return !byRateLimiter(policy);
    }

    @Override
    public Decision peek(Policy policy, Key key, long cost, long budget)
            throws StoreUnavailableException {
        return connection.call(
                session ->
                        byRateLimiter(policy)
                                ? rateLimiter.peek(session, policy, key, cost)
                                : script.peek(session, policy, key, cost),
                budget);
    }

    /**
     * Leaves a mark for the other nodes, too. What could not be done is done before the next
     * heartbeat, or before the next decision of this key; but past a thousand such resets only this
     * exception tells of it.
     */
    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        resets.reset(connection, policy, key);
    }

    /**
     * Runs a script over all keys of this application, which are on one server: the test kit makes
     * them older with it.
     *
     * @param lua gets the key of the nodes, after which the others are named
     * @param older how much older it makes them, microseconds
     * @param arguments of the script, beside that
     * @return what it answers
     * @throws StoreUnavailableException if there is no answer within the deadline
     */
    public List<Object> run(String lua, long older, Object... arguments)
            throws StoreUnavailableException {
        Lua text = Lua.of(ReturnType.LIST, lua);
        List<Object> all = new ArrayList<>(List.of(older));
        all.addAll(List.of(arguments));
        script.makeOlder(older);
        return connection.call(s -> s.eval(text, List.of(keys.nodes()), all.toArray()));
    }

    /** Ends Redisson's threads, too. */
    @Override
    public void close() {
        try {
            connection.call(heartbeat::leave);
        } catch (StoreUnavailableException e) {
            // They will miss it.
        }
        connection.close();
    }

    private static boolean byRateLimiter(Policy policy) {
        return policy.engine() == Engine.RRATELIMITER
                && !policy.givesBack()
                && policy.lease().isZero()
                && policy.limits().size() == 1
                && policy.limits().get(0) instanceof Limit.SlidingWindow;
    }
}
