package io.weir.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.CountingStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a million live keys hold of the heap, in a JVM of its own: the argument says of what, the
 * output is bytes for each key.
 */
final class Memory {

    static final String WEIR_BUCKET = "Weir, token bucket";
    static final String WEIR_WINDOW = "Weir, sliding window, 1 permit in use";
    static final String WEIR_WINDOW_10 = "Weir, sliding window, 10 permits in use";
    static final String WEIR_BOTH = "Weir, both, 1 permit in use";
    static final String BUCKET4J = "bucket4j in a map";
    static final String BUCKET4J_CAFFEINE = "bucket4j behind Caffeine";
    static final String GUAVA = "Guava in a map";

    private static final int KEYS = 1_000_000;
    private static final Duration HOUR = Duration.ofHours(1);

    private Memory() {}

    public static void main(String[] arguments) {
        long before = used();
        Object holder = hold(arguments[0]);
        long after = used();
        System.out.println(Math.round((double) (after - before) / KEYS));
        if (holder.hashCode() == 0) { // held until here
            System.out.println();
        }
    }

    private static Object hold(String what) {
        return switch (what) {
            case WEIR_BUCKET -> weir(1, new Limit.TokenBucket(100, HOUR, 100));
            case WEIR_WINDOW -> weir(1, new Limit.SlidingWindow(100, HOUR));
            case WEIR_WINDOW_10 -> weir(10, new Limit.SlidingWindow(100, HOUR));
            case WEIR_BOTH ->
                    weir(
                            1,
                            new Limit.SlidingWindow(100, HOUR),
                            new Limit.TokenBucket(100, HOUR, 100));
            case BUCKET4J -> {
                Map<String, Bucket> map = new ConcurrentHashMap<>();
                for (int i = 0; i < KEYS; i++) {
                    map.computeIfAbsent(text(i), text -> bucket()).tryConsume(1);
                }
                yield map;
            }
            case BUCKET4J_CAFFEINE -> {
                Cache<String, Bucket> map = Caffeine.newBuilder().maximumSize(KEYS).build();
                for (int i = 0; i < KEYS; i++) {
                    map.get(text(i), text -> bucket()).tryConsume(1);
                }
                map.cleanUp();
                yield map;
            }
            case GUAVA -> {
                var map =
                        new ConcurrentHashMap<
                                String, com.google.common.util.concurrent.RateLimiter>();
                for (int i = 0; i < KEYS; i++) {
                    map.computeIfAbsent(
                                    text(i),
                                    text ->
                                            com.google.common.util.concurrent.RateLimiter.create(
                                                    100))
                            .tryAcquire();
                }
                yield map;
            }
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static CountingStore weir(int permits, Limit... limits) {
        CountingStore store = new CountingStore(KEYS, System::nanoTime, () -> {});
        Policy policy = Policy.of("p", limits);
        for (int i = 0; i < KEYS; i++) {
            Key key = Key.ofClient(text(i));
            for (int p = 0; p < permits; p++) { // one request for each
                store.tryAcquire(policy, key, 1);
            }
        }
        if (store.size() != KEYS) {
            throw new IllegalStateException("not one entry for each key");
        }
        return store;
    }

    private static Bucket bucket() {
        return Bucket.builder()
                .addLimit(Bandwidth.builder().capacity(100).refillGreedy(100, HOUR).build())
                .build();
    }

    /** 32 characters. */
    private static String text(int i) {
        return String.format("product-%024d", i);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
