package io.weir.internal.app;

import io.weir.LimiterStatus;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import io.weir.internal.policy.Settings;
import io.weir.internal.redis.RedisCounts;
import io.weir.internal.redis.RedisSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Redis with its stand-in. Decides from the first moment, by the stand-in; Redis gets its turn once
 * the application's name is known and a connection is there. Loaded only where Redis is configured,
 * for Redisson may be missing elsewhere.
 */
final class RedisSetup implements AutoCloseable {

    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final Duration EXCHANGE = Duration.ofSeconds(2);
    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(1);

    /** Beyond it a count is worth to be kept over a restart of Redis. */
    static final Duration A_DAY = Duration.ofDays(1);

    /** Waits for nothing but Redis, and, once, for the application's client. */
    private final BackgroundThread heartbeat = new BackgroundThread("weir-heartbeat");

    private final Host.@Nullable OwnRedisson own;
    private final RemoteCounts redis;
    private final Breaker breaker;
    private final CountingStore store;
    private final Supplier<Duration> longest;
    private final PolicyOverrides overrides;
    private final Runnable onShortMemory;

    /** Of the heartbeat's thread. */
    private boolean hasAsked;

    private volatile @Nullable String application;

    /**
     * Does not connect.
     *
     * @param where null: only a test counts with others
     * @param bench null: this is no test
     * @param longest the longest time for which a permit of any policy is used
     * @param overrides what operators have set
     * @param onShortMemory told once where that is more than a day, and Redis writes no log
     */
    RedisSetup(
            Settings settings,
            @Nullable RedisSettings where,
            @Nullable TestBench bench,
            Host.@Nullable OwnRedisson own,
            Ticker clock,
            Runnable onFull,
            Supplier<Duration> longest,
            PolicyOverrides overrides,
            Runnable onShortMemory) {
        this.overrides = overrides;
        boolean tellsState = settings.answers().fields() == AnswerSettings.When.ALWAYS;
        this.own = own;
        this.longest = longest;
        this.onShortMemory = onShortMemory;
        RemoteCounts configured =
                where == null
                        ? null
                        : new RedisCounts(where, own, this::application, tellsState, longest);
        redis = bench == null ? Objects.requireNonNull(configured) : bench.shared(configured);
        Duration deadline = where == null ? FIRST_CONNECTION : where.deadline();
        breaker = new Breaker(clock, settings.outageNodes(), new OutageLog(redis.address()));
        store = new CountingStore(settings.localMaxKeys(), clock, onFull, redis, breaker, deadline);
        // Most of a first connection is loading classes: it begins while the server still deploys.
        heartbeat.soon(this::connect);
    }

    private void connect() {
        try {
            redis.connect();
        } catch (StoreUnavailableException e) {
            // The first probe will say so.
        }
    }

    private String application() {
        return Objects.requireNonNull(application, "named before the first probe");
    }

    CountingStore store() {
        return store;
    }

    LimiterStatus status() {
        return breaker;
    }

    OutageCounters outages() {
        return breaker.counters();
    }

    /** Waits a second for the first connection, then lets the stand-in go on. */
    void start(String application) {
        this.application = application;
        boolean there = heartbeat.everyFromNow(PROBE_EVERY, this::beat, FIRST_CONNECTION);
        overrides.look(); // before the first request
        if (!there) {
            breaker.waitedEnough();
        }
    }

    private boolean beat() {
        boolean serves = store.probe(redis::probe);
        if (serves) {
            exchange();
        }
        if (serves && !hasAsked) {
            hasAsked = true;
            if (longest.get().compareTo(A_DAY) > 0 && redis.writesNoLog()) {
                onShortMemory.run();
            }
        }
        return serves;
    }

    private void exchange() {
        try {
            overrides.exchange(redis::exchange);
        } catch (StoreUnavailableException e) {
            // With a later heartbeat.
        }
    }

    /** What this node calls itself. */
    String node() {
        return redis.node();
    }

    /** Shows a text to the other nodes, and theirs; nothing while Redis does not answer. */
    Map<String, String> tallies(String mine) {
        try {
            return redis.tallies(mine);
        } catch (StoreUnavailableException e) {
            return Map.of();
        }
    }

    /** Waits until the other nodes could know of an override; false if that takes too long. */
    boolean exchangeNow() {
        return heartbeat.await(this::exchange, EXCHANGE);
    }

    @Override
    public void close() {
        heartbeat.close();
        store.close();
        redis.close();
        if (own != null) {
            own.close();
        }
    }
}
