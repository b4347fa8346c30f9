package io.weir.cdi;

import io.weir.LimiterStatus;
import io.weir.observe.StoreLog;
import io.weir.store.Store;
import io.weir.store.StoreUnavailableException;
import io.weir.store.Ticker;
import io.weir.store.failover.Breaker;
import io.weir.store.failover.FailoverStore;
import io.weir.store.failover.RefusalMemory;
import io.weir.store.local.LocalStore;
import io.weir.store.redis.RedisSettings;
import io.weir.store.redis.RedisStore;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Redis with its stand-in. Decides from the first moment, by the stand-in; Redis gets its turn once
 * the application's name is known and a connection is there. Loaded only where Redis is configured,
 * for Redisson may be missing elsewhere.
 */
final class SharedStore implements AutoCloseable {

    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(1);

    private final RedisStore redis;
    private final Breaker breaker;
    private final FailoverStore store;
    private volatile @Nullable String application;

    SharedStore(
            RedisSettings settings,
            boolean tellsState,
            LocalStore standIn,
            Ticker clock,
            Housekeeping housekeeping) {
        redis = new RedisStore(settings, this::application, tellsState);
        breaker = new Breaker(clock, new StoreLog(redis.address()));
        store = new FailoverStore(new RefusalMemory(redis, clock), standIn, breaker, clock);
        // Most of a first connection is loading classes: it begins while the server still deploys.
        housekeeping.soon(this::connect);
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

    Store store() {
        return store;
    }

    LimiterStatus status() {
        return breaker;
    }

    /** Waits a second for the first connection, then lets the stand-in go on. */
    void start(String application, Housekeeping housekeeping) {
        this.application = application;
        boolean there =
                housekeeping.everyFromNow(
                        PROBE_EVERY, () -> breaker.probe(redis::probe), FIRST_CONNECTION);
        if (!there) {
            breaker.waitedEnough();
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
