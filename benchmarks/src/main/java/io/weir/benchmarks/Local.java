package io.weir.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.weir.Key;
import io.weir.RateLimiter;
import io.weir.benchmarks.Turn.Take;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** One decision in the memory of this JVM, for a key taken at random. */
final class Local {

    /** The least that counts: one look-up and one compare-and-set. Limits nothing. */
    static final String FLOOR = "map + compare-and-set";

    /** The least that limits: the same with one look at the clock. */
    static final String TIMED_FLOOR = "map + clock + compare-and-set";

    /** The least that remembers when: the moments, of which a copy with one more is swapped. */
    static final String MOMENTS_FLOOR = "map + clock + swap of a copy of up to eight moments";

    /** The timed one, for a text that is made for the call. */
    static final String TEXT_FLOOR = "map + clock + compare-and-set, text made for the call";

    static final String WEIR_BUCKET = "Weir, token bucket";
    static final String WEIR_WINDOW = "Weir, sliding window";
    static final String WEIR_IDS = "Weir, token bucket, key made of an id";
    static final String BUCKET4J = "bucket4j in a map";
    static final String BUCKET4J_CAFFEINE = "bucket4j behind Caffeine";
    static final String BUCKET4J_PROBE = "bucket4j in a map, with what is left";
    static final String RESILIENCE4J = "resilience4j in a map";
    static final String GUAVA = "Guava in a map";

    private final int keys;

    /** In a second: enough for every call to be admitted, unless that is measured. */
    private final int permits;

    /** How many one operation passes; of Weir's candidates only. */
    private final int policies;

    Local(Turn.Sizes sizes) {
        this.keys = sizes.keys();
        this.permits = sizes.permits();
        this.policies = sizes.policies();
    }

    /** One of the constants. */
    Take candidate(String candidate) {
        return switch (candidate) {
            case FLOOR -> floor();
            case TIMED_FLOOR -> timedFloor(id -> id);
            case TEXT_FLOOR -> timedFloor(id -> "none:" + id);
            case MOMENTS_FLOOR -> moments();
            case WEIR_BUCKET -> weir(permits + "/s burst " + permits);
            case WEIR_WINDOW -> weir(permits + "/s");
            case WEIR_IDS -> weirIds(permits + "/s burst " + permits);
            case BUCKET4J -> in(this::bucket, bucket -> bucket.tryConsume(1));
            case BUCKET4J_PROBE ->
                    in(this::bucket, bucket -> bucket.tryConsumeAndReturnRemaining(1));
            case BUCKET4J_CAFFEINE -> caffeine();
            case RESILIENCE4J -> in(this::resilience, limiter -> limiter.acquirePermission());
            case GUAVA ->
                    in(
                            () -> com.google.common.util.concurrent.RateLimiter.create(permits),
                            limiter -> limiter.tryAcquire());
            default -> throw new IllegalArgumentException(candidate);
        };
    }

    private Take floor() {
        String[] texts = Keys.texts(keys);
        ConcurrentMap<String, AtomicLong> counts = new ConcurrentHashMap<>();
        for (int i = 0; i < keys; i++) {
            counts.put(Keys.text(i), new AtomicLong());
        }
        return i -> {
            AtomicLong count = counts.get(texts[i]);
            long before = count.get();
            while (!count.compareAndSet(before, before + 1)) {
                before = count.get();
            }
            return count;
        };
    }

    /** What a key is called is asked for in each call. */
    private Take timedFloor(UnaryOperator<String> name) {
        String[] texts = Keys.texts(keys);
        long each = TimeUnit.SECONDS.toNanos(1) / permits;
        ConcurrentMap<String, AtomicLong> due = new ConcurrentHashMap<>();
        for (int i = 0; i < keys; i++) {
            due.put(name.apply(Keys.text(i)), new AtomicLong(System.nanoTime()));
        }
        return i -> {
            AtomicLong at = due.get(name.apply(texts[i]));
            while (true) {
                long now = System.nanoTime();
                long before = at.get();
                long start = now - before > 0 ? now : before;
                if (start - now > TimeUnit.SECONDS.toNanos(1) - each) {
                    return null;
                }
                if (at.compareAndSet(before, start + each)) {
                    return at;
                }
            }
        };
    }

    private Take moments() {
        String[] texts = Keys.texts(keys);
        ConcurrentMap<String, AtomicReference<long[]>> taken = new ConcurrentHashMap<>();
        for (int i = 0; i < keys; i++) {
            taken.put(Keys.text(i), new AtomicReference<>(new long[0]));
        }
        return i -> {
            AtomicReference<long[]> of = taken.get(texts[i]);
            while (true) {
                long now = System.nanoTime();
                long[] before = of.get();
                int kept = before.length % 8;
                long[] after = new long[kept + 1];
                System.arraycopy(before, 0, after, 0, kept);
                after[kept] = now;
                if (of.compareAndSet(before, after)) {
                    return after;
                }
            }
        };
    }

    private Take weir(String limit) {
        RateLimiter limiter = limiter(limit);
        Key[] asked = Keys.keys(keys);
        if (policies == 1) {
            return i -> limiter.tryAcquire("p", asked[i], 1);
        }
        List<String> names = names();
        return i -> {
            Object last = "";
            for (String name : names) {
                last = limiter.tryAcquire(name, asked[i], 1);
            }
            return last;
        };
    }

    private Take weirIds(String limit) {
        RateLimiter limiter = limiter(limit);
        String[] asked = Keys.texts(keys);
        return i -> limiter.tryAcquire("p", asked[i]);
    }

    private RateLimiter limiter(String limit) {
        Map<String, String> settings = new HashMap<>();
        settings.put("weir.policies", String.join(",", names()));
        settings.put("weir.local.max-keys", String.valueOf(policies * bound()));
        names().forEach(name -> settings.put("weir.policy." + name + ".limit", limit));
        return Application.local(settings).limiter();
    }

    private List<String> names() {
        return IntStream.range(0, policies).mapToObj(i -> "p" + (i == 0 ? "" : i)).toList();
    }

    /** The default of weir.local.max-keys, or what the keys need. */
    private int bound() {
        return Math.max(250_000, 2 * keys);
    }

    private <L> Take in(java.util.function.Supplier<L> fresh, Function<L, Object> permit) {
        String[] texts = Keys.texts(keys);
        ConcurrentMap<String, L> limiters = new ConcurrentHashMap<>();
        for (int i = 0; i < keys; i++) {
            limiters.put(Keys.text(i), fresh.get());
        }
        return i -> permit.apply(limiters.get(texts[i]));
    }

    private Take caffeine() {
        String[] texts = Keys.texts(keys);
        Cache<String, Bucket> buckets = Caffeine.newBuilder().maximumSize(bound()).build();
        for (int i = 0; i < keys; i++) {
            buckets.put(Keys.text(i), bucket());
        }
        return i -> buckets.get(texts[i], text -> bucket()).tryConsume(1);
    }

    private Bucket bucket() {
        return Bucket.builder()
                .withNanosecondPrecision()
                .addLimit(
                        Bandwidth.builder()
                                .capacity(permits)
                                .refillGreedy(permits, Duration.ofSeconds(1))
                                .build())
                .build();
    }

    private io.github.resilience4j.ratelimiter.RateLimiter resilience() {
        return io.github.resilience4j.ratelimiter.RateLimiter.of(
                "p",
                RateLimiterConfig.custom()
                        .limitForPeriod(permits)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }
}
