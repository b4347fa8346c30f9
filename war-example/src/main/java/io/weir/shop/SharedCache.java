package io.weir.shop;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.WeirRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * What all shops of one Redis have in common: the names of products, so that not each of them asks
 * the source, and how often they were viewed. While Redis is away each has its own memory of both,
 * and nobody waits: Weir knows whether Redis serves, and says so in {@link LimiterStatus}.
 *
 * <p>Names are a copy, and end by themselves. Views are counted here alone: whoever cannot lose
 * them counts in a database.
 */
@ApplicationScoped
public class SharedCache {

    private static final System.Logger LOG = System.getLogger("io.weir.shop");

    private static final Duration FRESH = Duration.ofMinutes(1);

    /** The time that a view of a product is remembered without another one. */
    private static final Duration VIEWS = Duration.ofDays(30);

    /** Both or nothing: a count never stays for ever. */
    private static final String ADD =
            "local sum = redis.call('INCRBY', KEYS[1], ARGV[1])"
                    + " redis.call('EXPIRE', KEYS[1], ARGV[2])"
                    + " return sum";

    /** Longer than Redis takes, shorter than anybody notices. */
    private static final Duration DEADLINE = Duration.ofMillis(200);

    @Inject private LimiterStatus status;
    @Inject @WeirRedis private Instance<RedissonClient> redis;

    private final Map<Long, Copy> own = new ConcurrentHashMap<>();
    private final Map<Long, LongAdder> ownViews = new ConcurrentHashMap<>();
    private final AtomicBoolean away = new AtomicBoolean();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    private record Copy(String name, long until) {}

    /** Asks Redis, without waiting. */
    private interface Question<T> extends Function<RedissonClient, CompletionStage<T>> {}

    /**
     * The name of a product.
     *
     * @param id its number
     * @param source knows it, and takes its time
     * @return the name, empty if there is no such product
     */
    public Optional<String> name(long id, Supplier<Optional<String>> source) {
        Answer<String> shared = ask(client -> client.<String>getBucket(key(id)).getAsync());
        Optional<String> known = shared.there ? Optional.ofNullable(shared.value) : own(id);
        (known.isPresent() ? hits : misses).increment();
        if (known.isPresent()) {
            return known;
        }
        Optional<String> name = source.get();
        name.ifPresent(
                found -> {
                    if (shared.there) {
                        ask(client -> client.<String>getBucket(key(id)).setAsync(found, FRESH));
                    } else {
                        own.put(id, new Copy(found, System.nanoTime() + FRESH.toNanos()));
                    }
                });
        return name;
    }

    private Optional<String> own(long id) {
        return Optional.ofNullable(own.get(id))
                .filter(copy -> copy.until() - System.nanoTime() > 0)
                .map(Copy::name);
    }

    /**
     * A product has changed: no shop shows the old name any longer. One that is without Redis just
     * then shows it until its own copy ends.
     *
     * @param id its number
     */
    public void forget(long id) {
        own.remove(id);
        ask(client -> client.getBucket(key(id)).deleteAsync());
    }

    /**
     * Counts a view of a product.
     *
     * @param id its number
     */
    public void view(long id) {
        if (!ask(client -> add(client, id, 1)).there) {
            ownViews.computeIfAbsent(id, key -> new LongAdder()).increment();
        }
    }

    /**
     * The views of a product: of all shops, and those that this one has counted alone until Redis
     * is there again.
     *
     * @param id its number
     * @return how many
     */
    public long views(long id) {
        LongAdder counted = ownViews.get(id);
        Answer<Long> shared;
        if (counted != null && isShared()) {
            long more = counted.sumThenReset();
            shared = ask(client -> add(client, id, more));
            if (!shared.there) {
                counted.add(more);
            }
        } else {
            shared = ask(client -> client.getAtomicLong(viewsKey(id)).getAsync());
        }
        long alone = counted == null ? 0 : counted.sum();
        return alone + (shared.there && shared.value != null ? shared.value : 0);
    }

    private static CompletionStage<Long> add(RedissonClient client, long id, long views) {
        return client.getScript(StringCodec.INSTANCE)
                .evalAsync(
                        RScript.Mode.READ_WRITE,
                        ADD,
                        RScript.ReturnType.LONG,
                        List.of(viewsKey(id)),
                        views,
                        VIEWS.toSeconds());
    }

    private static String key(long id) {
        return "shop:product:" + id;
    }

    private static String viewsKey(long id) {
        return "shop:views:" + id;
    }

    /**
     * How it goes.
     *
     * @param store {@code redis} or {@code local}
     * @param hits names that were known
     * @param misses names for which the source was asked
     */
    public record Rate(String store, long hits, long misses) {}

    /**
     * The hit rate since the start, of this shop.
     *
     * @return the rate
     */
    public Rate rate() {
        return new Rate(isShared() ? "redis" : "local", hits.sum(), misses.sum());
    }

    /** What Redis has said, if it has. */
    private record Answer<T>(boolean there, T value) {}

    /** Not without REDIS_HOST, wherever Weir counts then. */
    private boolean hasRedis() {
        return !redis.isUnsatisfied();
    }

    private boolean isShared() {
        return hasRedis() && status.store() == DecidedBy.REDIS;
    }

    private <T> Answer<T> ask(Question<T> question) {
        if (isShared()) {
            try {
                T value =
                        question.apply(redis.get())
                                .toCompletableFuture()
                                .get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
                cameBack();
                return new Answer<>(true, value);
            } catch (ExecutionException | TimeoutException | RuntimeException e) {
                wentAway();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (hasRedis() && status.degraded()) {
            wentAway();
        }
        return new Answer<>(false, null);
    }

    private void wentAway() {
        if (away.compareAndSet(false, true)) {
            LOG.log(WARNING, "Could not connect to Redis. Falling back to in-memory cache");
        }
    }

    private void cameBack() {
        if (away.compareAndSet(true, false)) {
            own.clear();
            LOG.log(INFO, "The cache is shared again");
        }
    }
}
