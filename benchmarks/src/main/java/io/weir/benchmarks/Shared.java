package io.weir.benchmarks;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.redisson.Bucket4jRedisson;
import io.weir.Key;
import io.weir.RateLimiter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;

/** One decision in Redis, through the same kind of client, for a key taken at random. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Shared {

    /** The least that counts for all nodes: one round trip. Limits nothing. */
    static final String FLOOR = "INCR";

    static final String WEIR_BUCKET = "Weir, token bucket";
    static final String WEIR_WINDOW = "Weir, sliding window";
    static final String WEIR_WINDOW_FIELDS = "Weir, sliding window, fields always";
    static final String WEIR_SCRIPT = "Weir, sliding window, engine script";
    static final String WEIR_REFUSED = "Weir, a key that is refused";
    static final String BUCKET4J = "bucket4j-Redisson";
    static final String BUCKET4J_REFUSED = "bucket4j-Redisson, a key that is refused";
    static final String RATE_LIMITER = "RRateLimiter";

    /** One of the constants. */
    @Param(FLOOR)
    public String candidate;

    /** How many keys. */
    @Param("1000")
    public int keys;

    /** Permits in a minute: enough for every call to be admitted, unless that is measured. */
    @Param("1000")
    public int permits;

    private RedissonClient client;
    private IntFunction<Object> take;
    private AutoCloseable opened = () -> {};

    /** Connects, empties Redis, and makes the candidate with all keys known. */
    @Setup(Level.Trial)
    public void open() throws Exception {
        client = Redisson.create(Clients.config(System.getProperty("benchmarks.redis")));
        client.getKeys().flushall();
        String burst = permits + "/min burst " + permits;
        take =
                switch (candidate) {
                    case FLOOR -> {
                        RAtomicLong[] counts = each(RAtomicLong[]::new, client::getAtomicLong);
                        yield i -> counts[i].incrementAndGet();
                    }
                    case RATE_LIMITER -> {
                        RRateLimiter[] limiters = each(RRateLimiter[]::new, this::rateLimiter);
                        yield i -> limiters[i].tryAcquire();
                    }
                    case WEIR_BUCKET -> weir(burst, Map.of());
                    case WEIR_WINDOW -> weir(permits + "/min", Map.of());
                    case WEIR_WINDOW_FIELDS ->
                            weir(permits + "/min", Map.of("weir.fields", "always"));
                    case WEIR_SCRIPT ->
                            weir(permits + "/min", Map.of("weir.redis.engine", "script"));
                    case WEIR_REFUSED -> weir("1/hour", Map.of());
                    case BUCKET4J -> bucket4j(permits, Duration.ofMinutes(1));
                    case BUCKET4J_REFUSED -> bucket4j(1, Duration.ofHours(1));
                    default -> throw new IllegalArgumentException(candidate);
                };
        for (int i = 0; i < keys; i++) {
            take.apply(i);
        }
    }

    /** Closes what the candidate needed. */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        opened.close();
        client.shutdown();
    }

    /** One decision. */
    @Benchmark
    public Object decision(Local.Walk walk) {
        return take.apply(walk.next(keys));
    }

    private <T> T[] each(IntFunction<T[]> array, java.util.function.Function<String, T> named) {
        return IntStream.range(0, keys).mapToObj(i -> named.apply(Keys.text(i))).toArray(array);
    }

    private RRateLimiter rateLimiter(String name) {
        RRateLimiter limiter = client.getRateLimiter(name);
        limiter.trySetRate(RateType.OVERALL, permits, Duration.ofMinutes(1));
        return limiter;
    }

    private IntFunction<Object> weir(String limit, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("weir.policies", "p");
        settings.put("weir.policy.p.limit", limit);
        settings.put("weir.redis.deadline", "5s");
        settings.put("weir.local.max-keys", String.valueOf(Math.max(250_000, 2 * keys)));
        Application application = Application.shared(client, settings);
        opened = application;
        RateLimiter limiter = application.limiter();
        Key[] asked = Keys.keys(keys);
        return i -> limiter.tryAcquire("p", asked[i], 1);
    }

    private IntFunction<Object> bucket4j(int capacity, Duration period) {
        ProxyManager<String> buckets =
                Bucket4jRedisson.casBasedBuilder(((Redisson) client).getCommandExecutor())
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        period))
                        .build();
        BucketConfiguration configuration =
                BucketConfiguration.builder()
                        .addLimit(
                                Bandwidth.builder()
                                        .capacity(capacity)
                                        .refillGreedy(capacity, period)
                                        .build())
                        .build();
        String[] texts = Keys.texts(keys);
        return i -> buckets.getProxy(texts[i], () -> configuration).tryConsumeAndReturnRemaining(1);
    }
}
