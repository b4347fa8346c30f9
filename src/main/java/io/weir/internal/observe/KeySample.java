package io.weir.internal.observe;

import io.weir.Key;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something for each of some keys: for all while they are few, and then for one in two, in four, in
 * eight; {@value #MOST} at most. Who is among them is decided by his digest alone, so they stand
 * for all. It has digests by a number of its own, and no keys. Thread-safe.
 */
final class KeySample<T> {

    static final int MOST = 1_024;

    private final Map<Long, T> sampled = new ConcurrentHashMap<>();
    private volatile int halvings;

    /**
     * What a key is called here.
     *
     * @param seed so that nobody can choose who is sampled
     */
    static long digest(Key key, long seed) {
        String text = key.text();
        long digest = seed;
        for (int i = 0; i < text.length(); i++) {
            digest = Long.rotateLeft((digest ^ text.charAt(i)) * 0x9E3779B97F4A7C15L, 29);
        }
        digest = (digest ^ (digest >>> 33)) * 0xFF51AFD7ED558CCDL;
        digest = (digest ^ (digest >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return digest ^ (digest >>> 33);
    }

    /** Null for a key that is not sampled. */
    @Nullable T of(long digest, Supplier<T> fresh) {
        if (!isSampled(digest)) {
            return null;
        }
        T known = sampled.get(digest);
        return known == null ? add(digest, fresh.get()) : known;
    }

    private boolean isSampled(long digest) {
        return Long.numberOfLeadingZeros(digest) >= halvings;
    }

    private synchronized T add(long digest, T fresh) {
        T before = sampled.putIfAbsent(digest, fresh);
        while (sampled.size() > MOST) {
            halvings++;
            sampled.keySet().removeIf(one -> !isSampled(one));
        }
        return before == null ? fresh : before;
    }

    /** How many keys there are: exact while all are sampled. */
    synchronized long size() {
        return (long) sampled.size() << halvings;
    }

    Collection<T> all() {
        return List.copyOf(sampled.values());
    }
}
