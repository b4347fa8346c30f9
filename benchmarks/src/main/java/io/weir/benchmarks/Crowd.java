package io.weir.benchmarks;

import io.weir.Key;
import io.weir.RateLimiter;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a known client waits for a decision while another thread asks for others: known ones too
 * (calm), or each time a new one, in a memory that is full (flooded).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Crowd {

    private static final int KNOWN = 10_000;
    private static final int MAX_KEYS = 250_000;

    /** Whether the other thread's clients are new. */
    @Param("false")
    public boolean flooded;

    private Application application;
    private RateLimiter limiter;
    private Key[] known;
    private int newcomers;

    /** With a full memory either way. */
    @Setup(Level.Trial)
    public void open() {
        application =
                Application.local(
                        Map.of(
                                "weir.policies", "p",
                                "weir.policy.p.limit", "1000000/hour burst 1000000",
                                "weir.local.max-keys", String.valueOf(MAX_KEYS)));
        limiter = application.limiter();
        known = Keys.keys(KNOWN);
        for (Key key : known) {
            limiter.tryAcquire("p", key, 500_000);
        }
        if (flooded) {
            for (int i = 0; i < MAX_KEYS; i++) {
                limiter.tryAcquire("p", newcomer(), 10_000);
            }
        }
    }

    /** Undeploys. */
    @TearDown(Level.Trial)
    public void close() {
        application.close();
    }

    /** The client that is measured. */
    @Benchmark
    @Group("crowd")
    public Object known(Walk walk) {
        return limiter.tryAcquire("p", known[walk.next(KNOWN)], 1);
    }

    /** The others. */
    @Benchmark
    @Group("crowd")
    public Object other(Walk walk) {
        Key key = flooded ? newcomer() : another(walk.next(KNOWN));
        return limiter.tryAcquire("p", key, 1);
    }

    /** As dear to make as a newcomer's. */
    private static Key another(int i) {
        return Key.ofClient("203.0.113.7", String.valueOf(i));
    }

    private Key newcomer() {
        return Key.ofClient("198.51.100.7", String.valueOf(newcomers++));
    }
}
