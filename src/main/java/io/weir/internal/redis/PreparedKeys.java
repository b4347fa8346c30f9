package io.weir.internal.redis;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which keys this node has prepared: a guess that saves a round trip. It forgets when two keys meet
 * in one place, and may be wrong either way, since Redis says when it does not know a key. Bounded
 * (1 MiB), without allocation, thread-safe.
 */
final class PreparedKeys {

    private static final int PLACE_BITS = 18;

    private final AtomicIntegerArray marks = new AtomicIntegerArray(1 << PLACE_BITS);

    boolean has(String key, long permits) {
        long hash = hash(key, permits);
        return marks.getOpaque(place(hash)) == mark(hash);
    }

    void add(String key, long permits) {
        long hash = hash(key, permits);
        marks.setOpaque(place(hash), mark(hash));
    }

    private static int place(long hash) {
        return (int) (hash >>> (Long.SIZE - PLACE_BITS));
    }

    /** Of other bits than the place; never 0, the empty place. */
    private static int mark(long hash) {
        int mark = (int) hash;
        return mark == 0 ? 1 : mark;
    }

    /** FNV-1a, then the finalizer of SplitMix64 for its upper bits. */
    private static long hash(String key, long permits) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ permits) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
