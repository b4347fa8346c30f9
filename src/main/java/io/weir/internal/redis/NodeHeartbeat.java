package io.weir.internal.redis;

import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.redisson.api.RScript.ReturnType;

/**
 * Shows the other nodes that this one lives, by a write; counts them; and notices by what Redis
 * still knows of its last heartbeat whether Redis has lost anything since. Only one thread beats.
 */
final class NodeHeartbeat {

    /** From when on a node that shows no sign of life is not counted. Ten heartbeats. */
    static final Duration ALIVE = Duration.ofSeconds(5);

    /** How long it is remembered all the same: an outage of that length is told from a loss. */
    private static final Duration KEEP = Duration.ofHours(1);

    private static final Lua LEAVE =
            Lua.of(
                    ReturnType.LONG,
                    "redis.call('ZREM', KEYS[2], ARGV[1])"
                            + " return redis.call('ZREM', KEYS[1], ARGV[1])");

    private final RedisKeys keys;
    private final Resets resets;
    private final Lua beat = Lua.in(ReturnType.LIST, "beat.lua");
    private final String node = UUID.randomUUID().toString();
    private final LongSupplier wallClock;
    private volatile long lastBeat;

    /**
     * A node that has not shown itself yet.
     *
     * @param wallClock milliseconds since 1970, the clock that {@code RRateLimiter} uses
     */
    NodeHeartbeat(RedisKeys keys, Resets resets, LongSupplier wallClock) {
        this.keys = keys;
        this.resets = resets;
        this.wallClock = wallClock;
    }

    /** What this node is called among the others. */
    String node() {
        return node;
    }

    Heartbeat beat(Session session) throws StoreUnavailableException {
        // First: what is noticed below would be lost if this failed after it. In a cluster the two
        // sets are on different nodes.
        resets.read(session);
        long before = wallClock.getAsLong();
        List<Long> answer =
                session.eval(
                        beat,
                        List.of(keys.nodes(), keys.leasing()),
                        node,
                        TimeUnit.MICROSECONDS.convert(ALIVE),
                        KEEP.toMillis());
        long after = wallClock.getAsLong();
        long now = answer.get(1);
        boolean lost = answer.get(2) < lastBeat;
        lastBeat = now;
        // Redis read its clock somewhere between: in the middle, as far as we know.
        long here = (before + after) * 500;
        long atMost = (after + 1) * 1_000;
        return new Heartbeat(
                Math.toIntExact(answer.get(0)),
                lost,
                Duration.of(here - now, ChronoUnit.MICROS),
                Duration.of(atMost - now, ChronoUnit.MICROS),
                resets.tell(),
                answer.get(3) >= answer.get(0));
    }

    /** Before the first heartbeat there is nothing to take back, and no name for the key. */
    Long leave(Session session) throws StoreUnavailableException {
        return lastBeat == 0
                ? Long.valueOf(0)
                : session.eval(LEAVE, List.of(keys.nodes(), keys.leasing()), node);
    }
}
