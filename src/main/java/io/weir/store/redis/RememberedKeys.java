package io.weir.store.redis;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which keys this node has prepared: a guess that saves a round trip. It forgets when two keys meet
 * in one place, and may be wrong either way, since Redis says when it does not know a key. Bounded
 * (512 KiB), without allocation, thread-safe.
 */
final class RememberedKeys {

    private static final int SLOTS = 1 << 16;

    private final AtomicLongArray marks = new AtomicLongArray(SLOTS);

    boolean has(String key, long permits) {
        long mark = mark(key, permits);
        return marks.getOpaque(slot(mark)) == mark;
    }

    void add(String key, long permits) {
        long mark = mark(key, permits);
        marks.setOpaque(slot(mark), mark);
    }

    private static int slot(long mark) {
        return (int) (mark >>> 48);
    }

    /** FNV-1a, then the finalizer of SplitMix64 for its upper bits; never 0, the empty place. */
    private static long mark(String key, long permits) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ permits) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }
}
