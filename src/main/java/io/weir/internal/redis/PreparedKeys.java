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
        long hash = hash(key);
        return marks.getOpaque(place(hash)) == mark(hash, permits);
    }

    void add(String key, long permits) {
        long hash = hash(key);
        marks.setOpaque(place(hash), mark(hash, permits));
    }

    private static int place(long hash) {
        return (int) (hash >>> (Long.SIZE - PLACE_BITS));
    }

    /**
     * Of other bits than the place, and of the number: a limit that is lowered again is prepared
     * again. Never 0, the empty place.
     */
    private static int mark(long hash, long permits) {
        int mark = (int) mixed(hash ^ permits * 0x9e3779b97f4a7c15L);
        return mark == 0 ? 1 : mark;
    }

    /** FNV-1a, then the finalizer of SplitMix64 for its upper bits. */
    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        return mixed(hash);
    }

    private static long mixed(long hash) {
        long mixed = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
