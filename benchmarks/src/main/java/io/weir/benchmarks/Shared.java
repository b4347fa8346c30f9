package io.weir.benchmarks;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.redisson.Bucket4jRedisson;
import io.weir.Key;
import io.weir.RateLimiter;
import io.weir.benchmarks.Turn.Take;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RScript;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** One decision in Redis, through the same kind of client, for a key taken at random. */
final class Shared {

    /** The least that counts for all nodes: one round trip. Limits nothing. */
    static final String FLOOR = "INCR";

    /** The least that a script can do which reads a bucket and writes it. */
    static final String SCRIPT_FLOOR = "a script of TIME, GET and SET";

    static final String WEIR_BUCKET = "Weir, token bucket";
    static final String WEIR_WINDOW = "Weir, sliding window";
    static final String WEIR_WINDOW_FIELDS = "Weir, sliding window, fields always";
    static final String WEIR_SCRIPT = "Weir, sliding window, engine script";
    static final String WEIR_REFUSED = "Weir, a key that is refused";
    static final String BUCKET4J = "bucket4j-Redisson";
    static final String BUCKET4J_REFUSED = "bucket4j-Redisson, a key that is refused";
    static final String RATE_LIMITER = "RRateLimiter";

    /** As Weir uses it: it renews the expiry of its other keys with each decision. */
    static final String RATE_LIMITER_EXPIRING = "RRateLimiter, keys that expire";

    private final int keys;

    /** In a minute: enough for every call to be admitted. */
    private final int permits;

    private final RedissonClient client;

    /** Connects to a database of Redis, and empties it. */
    Shared(Turn.Sizes sizes, String redis) {
        this.keys = sizes.keys();
        this.permits = sizes.permits();
        this.client = Redisson.create(Clients.config(redis));
        client.getKeys().flushdb();
    }

    /** One of the constants. */
    Take candidate(String candidate) throws Exception {
        String bucket = permits + "/min burst " + permits;
        String window = permits + "/min";
        return switch (candidate) {
            case FLOOR -> {
                RAtomicLong[] counts = each(RAtomicLong[]::new, client::getAtomicLong);
                yield i -> counts[i].incrementAndGet();
            }
            case SCRIPT_FLOOR -> script();
            case RATE_LIMITER -> {
                RRateLimiter[] limiters = each(RRateLimiter[]::new, this::rateLimiter);
                yield i -> limiters[i].tryAcquire();
            }
            case RATE_LIMITER_EXPIRING -> {
                RRateLimiter[] limiters = each(RRateLimiter[]::new, this::rateLimiter);
                for (RRateLimiter limiter : limiters) {
                    limiter.expire(Duration.ofDays(1));
                }
                yield i -> limiters[i].tryAcquire();
            }
            case WEIR_BUCKET -> weir(bucket, Map.of());
            case WEIR_WINDOW -> weir(window, Map.of());
            case WEIR_WINDOW_FIELDS -> weir(window, Map.of("weir.fields", "always"));
            case WEIR_SCRIPT -> weir(window, Map.of("weir.redis.engine", "script"));
            case WEIR_REFUSED -> weir("1/hour", Map.of());
            case BUCKET4J -> bucket4j(permits, Duration.ofMinutes(1));
            case BUCKET4J_REFUSED -> bucket4j(1, Duration.ofHours(1));
            default -> throw new IllegalArgumentException(candidate);
        };
    }

    /** Decides nothing: what a script must do that reads a bucket and writes it. */
    private Take script() {
        RScript scripts = client.getScript(StringCodec.INSTANCE);
        String digest =
                scripts.scriptLoad(
                        """
                        local time = redis.call('TIME')
                        local bucket = redis.call('GET', KEYS[1])
                        redis.call('SET', KEYS[1], '60000000:' .. time[1] .. time[2], 'PX', ARGV[1])
                        return { 1, 2, 3 }
                        """);
        List<List<Object>> names =
                IntStream.range(0, keys).mapToObj(i -> List.<Object>of(Keys.text(i))).toList();
        return i ->
                scripts.evalSha(
                        RScript.Mode.READ_WRITE,
                        digest,
                        RScript.ReturnType.LIST,
                        names.get(i),
                        60_000);
    }

    private <T> T[] each(IntFunction<T[]> array, Function<String, T> named) {
        return IntStream.range(0, keys).mapToObj(i -> named.apply(Keys.text(i))).toArray(array);
    }

    private RRateLimiter rateLimiter(String name) {
        RRateLimiter limiter = client.getRateLimiter(name);
        limiter.trySetRate(RateType.OVERALL, permits, Duration.ofMinutes(1));
        return limiter;
    }

    private Take weir(String limit, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("weir.policies", "p");
        settings.put("weir.policy.p.limit", limit);
        settings.put("weir.redis.deadline", "5s");
        settings.put("weir.local.max-keys", String.valueOf(Math.max(250_000, 2 * keys)));
        RateLimiter limiter = Application.shared(client, settings).limiter();
        Key[] asked = Keys.keys(keys);
        return i -> limiter.tryAcquire("p", asked[i], 1);
    }

    private Take bucket4j(int capacity, Duration period) {
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
