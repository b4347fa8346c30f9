package io.weir.internal.redis;

import io.weir.internal.count.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.redisson.api.RScript;

/**
 * Whether one server holds all keys, so that one script may be given keys of several clients.
 * Unknown is no. A proxy need not say that it does not: it may send a script to the server of its
 * first key, where the others are counted and nobody else looks for them. Thread-safe.
 */
final class OneServer {

    private static final int KEYS = 16;

    /** An answer may be lost now and then. */
    private static final int MOST_TRIES = 3;

    private static final Lua WRITE =
            Lua.of(
                    "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', '2000') end"
                            + " return #KEYS");

    private static final Lua READ =
            Lua.of(
                    "local found = redis.call('GET', KEYS[1])"
                            + " redis.call('DEL', KEYS[1]) return found");

    private volatile boolean holdsAllKeys;

    /** Of one thread. */
    private int tries;

    boolean holdsAllKeys() {
        return holdsAllKeys;
    }

    /** Redis has said so. */
    void doesNot() {
        holdsAllKeys = false;
    }

    /** Finds out, once: writes keys by one script, and looks for each alone. */
    void find(Connection.Session session, RedisKeys keys) {
        if (tries >= MOST_TRIES) {
            return;
        }
        tries++;
        try {
            holdsAllKeys = findsEach(session, keys);
            tries = MOST_TRIES;
        } catch (StoreUnavailableException | BadKeyException e) {
            // CROSSSLOT, most likely: unknown.
        }
    }

    private static boolean findsEach(Connection.Session session, RedisKeys keys)
            throws StoreUnavailableException, BadKeyException {
        String mine = UUID.randomUUID().toString();
        List<Object> written = new ArrayList<>(KEYS);
        for (int i = 0; i < KEYS; i++) {
            written.add(keys.probe(mine + i));
        }
        session.<Long>eval(WRITE, RScript.ReturnType.LONG, written, mine);
        for (Object key : written) {
            String found = session.eval(READ, RScript.ReturnType.VALUE, List.of(key));
            if (!mine.equals(found)) {
                return false;
            }
        }
        return true;
    }
}
