package io.weir.internal.edge.cdi;

import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.Reservation;
import io.weir.internal.app.Deployment;
import jakarta.enterprise.inject.spi.CDI;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limiter as it is injected, which may be before there is one. No client proxy of the
 * container: the compiler sees through this, and makes less for each decision. What goes to a disk
 * with a bean of a session is a reference to the limiter that is there when it comes back.
 */
final class InjectedLimiter implements RateLimiter, Serializable {

    private static final long serialVersionUID = 1L;

    private final transient Supplier<Supplier<Deployment>> modules;
    private transient volatile @Nullable Supplier<Deployment> module;

    /**
     * The limiter of a module.
     *
     * @param modules asked once, by the first call, for what each call asks: a bean that modules
     *     share works for one after the other
     */
    InjectedLimiter(Supplier<Supplier<Deployment>> modules) {
        this.modules = modules;
    }

    private RateLimiter limiter() {
        Supplier<Deployment> found = module;
        if (found == null) {
            found = modules.get();
            module = found;
        }
        return found.get().limiter();
    }

    @Override
    public Decision tryAcquire(String policy, @Nullable Object... resourceIds) {
        return limiter().tryAcquire(policy, resourceIds);
    }

    @Override
    public Decision tryAcquire(String policy, Key key, long permits) {
        return limiter().tryAcquire(policy, key, permits);
    }

    @Override
    public Decision tryAcquire(Policy policy, @Nullable Object... resourceIds) {
        return limiter().tryAcquire(policy, resourceIds);
    }

    @Override
    public Decision tryAcquire(Policy policy, Key key, long permits) {
        return limiter().tryAcquire(policy, key, permits);
    }

    @Override
    public Decision acquire(Duration atMost, String policy, @Nullable Object... resourceIds)
            throws InterruptedException {
        return limiter().acquire(atMost, policy, resourceIds);
    }

    @Override
    public Reservation reserve(String policy, long estimate, @Nullable Object... resourceIds) {
        return limiter().reserve(policy, estimate, resourceIds);
    }

    @Override
    public Reservation reserve(String policy, Key key, long estimate) {
        return limiter().reserve(policy, key, estimate);
    }

    @Override
    public List<LimitState> peek(String policy, @Nullable Object... resourceIds) {
        return limiter().peek(policy, resourceIds);
    }

    @Override
    public List<LimitState> peek(String policy, Key key) {
        return limiter().peek(policy, key);
    }

    @Override
    public boolean reset(String policy, @Nullable Object... resourceIds) {
        return limiter().reset(policy, resourceIds);
    }

    @Override
    public boolean reset(String policy, Key key) {
        return limiter().reset(policy, key);
    }

    @Override
    public Runnable asCurrentClient(Runnable task) {
        return limiter().asCurrentClient(task);
    }

    @Override
    public <T extends @Nullable Object> Supplier<T> asCurrentClient(Supplier<T> task) {
        return limiter().asCurrentClient(task);
    }

    private Object writeReplace() {
        return new Reference();
    }

    private record Reference() implements Serializable {

        private Object readResolve() {
            return CDI.current().select(RateLimiter.class).get();
        }
    }
}
