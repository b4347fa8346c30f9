package io.weir.cdi;

import io.weir.LimiterStatus;
import io.weir.observe.StoreLog;
import io.weir.store.Store;
import io.weir.store.Ticker;
import io.weir.store.failover.Breaker;
import io.weir.store.failover.FailoverStore;
import io.weir.store.local.LocalStore;
import io.weir.store.redis.RedisSettings;
import io.weir.store.redis.RedisStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Redis with its stand-in. Decides from the first moment, by the stand-in; Redis gets its turn once
 * the application's name is known and a connection is there. Loaded only where Redis is configured,
 * for Redisson may be missing elsewhere.
 */
final class SharedStore implements AutoCloseable {

    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(1);

    private final RedisSettings settings;
    private final boolean tellsState;
    private final Breaker breaker;
    private final FailoverStore store;
    private volatile @Nullable RedisStore redis;

    SharedStore(RedisSettings settings, boolean tellsState, LocalStore standIn, Ticker clock) {
        this.settings = settings;
        this.tellsState = tellsState;
        this.breaker = new Breaker(clock, new StoreLog(() -> connected().address()));
        this.store = new FailoverStore(this::connected, standIn, breaker);
    }

    Store store() {
        return store;
    }

    LimiterStatus status() {
        return breaker;
    }

    /** Waits a second for the first connection, then lets the stand-in go on. */
    void start(String application, Housekeeping housekeeping) {
        RedisStore made = new RedisStore(settings, application, tellsState);
        redis = made;
        boolean there =
                housekeeping.everyFromNow(
                        PROBE_EVERY, () -> breaker.probe(made::probe), FIRST_CONNECTION);
        if (!there) {
            breaker.waitedEnough();
        }
    }

    private RedisStore connected() {
        RedisStore made = redis;
        if (made == null) {
            throw new IllegalStateException("no probe can have succeeded yet");
        }
        return made;
    }

    @Override
    public void close() {
        RedisStore made = redis;
        if (made != null) {
            made.close();
        }
    }
}
