package io.weir.internal.redis;

import io.weir.internal.count.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.redisson.api.RScript.ReturnType;

/**
 * Whether one server holds all keys, so that one script may be given keys of several clients.
 * Unknown is no. A proxy need not say that it does not: it may send a script to the server of its
 * first key, where the others are counted and nobody else looks for them. Thread-safe.
 */
final class SingleServer {

    /** Of one heartbeat: well under a millisecond of Redis. */
    private static final int KEYS = 250;

    /** Heartbeats: of a server that holds a hundredth of the keys four rounds miss 1 in 23,000. */
    static final int ROUNDS = 4;

    private static final Lua WRITE =
            Lua.of(
                    ReturnType.LONG,
                    "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', '2000') end"
                            + " return #KEYS");

    private static final Lua READ =
            Lua.of(
                    ReturnType.VALUE,
                    "local found = redis.call('GET', KEYS[1])"
                            + " redis.call('DEL', KEYS[1]) return found");

    private volatile boolean found;
    private volatile boolean missed;

    /** Of one thread. */
    private int rounds;

    boolean holdsAllKeys() {
        return found && !missed;
    }

    /** Redis has said so, or a key was not where it had been written. */
    void doesNot() {
        missed = true;
    }

    /**
     * Finds out with the first heartbeats: writes keys by one script, and looks for each alone. No
     * proxy says how it shares keys out, so this is a sample: what it misses holds few of them.
     */
    void find(Session session, RedisKeys keys) {
        if (missed || rounds >= ROUNDS) {
            return;
        }
        rounds++;
        try {
            if (findsEach(session, keys)) {
                found = true;
            } else {
                doesNot();
            }
        } catch (StoreUnavailableException e) {
            // CROSSSLOT, most likely: unknown.
        }
    }

    private static boolean findsEach(Session session, RedisKeys keys)
            throws StoreUnavailableException {
        String mine = UUID.randomUUID().toString();
        List<Object> written = new ArrayList<>(KEYS);
        for (int i = 0; i < KEYS; i++) {
            written.add(keys.probe(mine + i));
        }
        session.<Long>eval(WRITE, written, mine);
        return session.<String>evalEach(READ, written).stream().allMatch(mine::equals);
    }
}
