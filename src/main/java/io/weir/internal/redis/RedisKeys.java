package io.weir.internal.redis;

import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The names of keys in Redis: {@code weir:<application>:<policy>:{<key>}:<kind>}, the same slot of
 * a cluster for all limits of one policy and key. The number of permits is no part of it.
 */
final class RedisKeys {

    private final Supplier<String> application;
    private volatile @Nullable String prefix;

    RedisKeys(Supplier<String> application) {
        this.application = application;
    }

    /** When each node was last there. */
    String nodes() {
        return prefix() + "nodes";
    }

    /** The same of those nodes that know of leases, in the same slot. */
    String leasing() {
        return prefix() + "leasing:{" + nodes() + "}";
    }

    /** The resets. */
    String resets() {
        return prefix() + "resets";
    }

    /** What operators have set. */
    String overrides() {
        return prefix() + "overrides";
    }

    /** What nodes have counted, for the console. */
    String tallies() {
        return prefix() + "tallies";
    }

    /** One of those that show where keys are. */
    String probe(String tag) {
        return prefix() + "probe:{" + tag + "}";
    }

    /** The application's name may not be known yet when the store is made. */
    private String prefix() {
        String known = prefix;
        if (known == null) {
            known = "weir:" + Key.escape(application.get()) + ":";
            prefix = known;
        }
        return known;
    }

    /** Of Redisson's rate limiter, which appends {@code :value} and {@code :permits}. */
    String rateLimiter(Policy policy, Key key, Limit limit) {
        return name(policy, key, "rrl", limit);
    }

    String log(Policy policy, Key key, Limit limit) {
        return name(policy, key, "log2", limit);
    }

    String bucket(Policy policy, Key key, Limit limit) {
        return name(policy, key, "bucket", limit);
    }

    /** Whatever may hold counts of the policy and key, whether it is there or not. */
    List<Object> all(Policy policy, Key key) {
        List<Object> names = new ArrayList<>();
        for (Limit limit : policy.limits()) {
            if (limit instanceof Limit.CalendarQuota quota) {
                names.add(quota(policy, key, quota));
                continue;
            }
            for (String kind : List.of("rrl", "log", "log2", "bucket", "bucketms")) {
                names.add(name(policy, key, kind, limit));
            }
            String rateLimiter = rateLimiter(policy, key, limit);
            names.add(rateLimiter + ":value");
            names.add(rateLimiter + ":permits");
            names.add(back(bucket(policy, key, limit)));
            names.add(back(largeBucket(policy, key, limit)));
        }
        return names;
    }

    /** Counted in milliseconds: in microseconds its numbers would be too large. */
    String largeBucket(Policy policy, Key key, Limit limit) {
        return name(policy, key, "bucketms", limit);
    }

    /** Its zone is a part of it: {@code quota-week-from-monday-Europe/Paris}. */
    String quota(Policy policy, Key key, Limit.CalendarQuota quota) {
        String period = quota.period().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return prefix()
                + SharedCounts.name(policy, key)
                + ":quota-"
                + period
                + "-"
                + Key.escape(quota.zone().getId());
    }

    /** Of what was given back of a bucket. */
    static String back(String bucket) {
        return bucket + ":back";
    }

    private String name(Policy policy, Key key, String kind, Limit limit) {
        long millis = limit.window().toMillis();
        String window = millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
        return prefix() + SharedCounts.name(policy, key) + ":" + kind + "-" + window;
    }
}
