package io.weir.faults;

import io.weir.testing.LossyProxy;
import io.weir.testing.RealRedis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** One Redis, with a client of the test's own. */
final class OneRedis extends Scene {

    private final boolean proxied;
    private final Step<OneRedis> inflict;
    private final @Nullable Step<OneRedis> lift;
    private final List<String> options;
    private @Nullable RealRedis redis;
    private @Nullable LossyProxy proxy;
    private @Nullable Jedis client;
    private @Nullable AutoCloseable meanwhile;
    private String version = "";

    private OneRedis(
            boolean proxied,
            Step<OneRedis> inflict,
            @Nullable Step<OneRedis> lift,
            String... options) {
        this.proxied = proxied;
        this.inflict = inflict;
        this.lift = lift;
        this.options = List.of(options);
    }

    /** The limiter talks to Redis itself. */
    static OneRedis direct(Step<OneRedis> inflict, Step<OneRedis> lift, String... options) {
        return new OneRedis(false, inflict, lift, options);
    }

    /** The same; what happens is over at once. */
    static OneRedis once(Step<OneRedis> inflict) {
        return new OneRedis(false, inflict, null);
    }

    /** The limiter talks to a proxy. */
    static OneRedis proxied(Step<OneRedis> inflict, Step<OneRedis> lift) {
        return new OneRedis(true, inflict, lift);
    }

    @Override
    void set() throws Exception {
        List<String> all = new ArrayList<>(options);
        all.add("--dir");
        all.add(directory().toString());
        redis = own(RealRedis.started(all.toArray(new String[0])));
        proxy = own(LossyProxy.to(redis().port()));
        client = own(redis().client());
        version = Versions.redis(client());
    }

    RealRedis redis() {
        return Wait.there(redis);
    }

    LossyProxy proxy() {
        return Wait.there(proxy);
    }

    /** To be used by one thread; lost when Redis is killed. */
    Jedis client() {
        return Wait.there(client);
    }

    /** Something that goes on until the fault is lifted, at the latest until the scene ends. */
    void meanwhile(AutoCloseable something) {
        meanwhile = own(something);
    }

    void stopMeanwhile() throws Exception {
        Wait.there(meanwhile).close();
    }

    @Override
    String url() {
        return proxied ? proxy().url() : redis().url();
    }

    @Override
    String version() {
        return version;
    }

    @Override
    boolean lasts() {
        return lift != null;
    }

    @Override
    void inflict() throws Exception {
        inflict.on(this);
    }

    @Override
    void lift() throws Exception {
        if (lift != null) {
            lift.on(this);
        }
    }
}
