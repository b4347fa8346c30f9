package io.weir.internal.guard;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.Reservation;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The limiter that an application asks by hand. Thread-safe. */
record ProgramLimiter(
        LivePolicy.Finder policies,
        Store store,
        Keys keys,
        Plans plans,
        DecisionMaker decisions,
        Ticker ticker)
        implements RateLimiter {

    @Override
    public Decision tryAcquire(String name, @Nullable Object... resourceIds) {
        LivePolicy live = policies.find(name);
        return tryAcquire(live.get(), live.terms(), resourceIds);
    }

    @Override
    public Decision tryAcquire(Policy policy, @Nullable Object... resourceIds) {
        return tryAcquire(inForce(policy), policies.ofOthers(), resourceIds);
    }

    private Decision tryAcquire(Policy declared, Terms terms, @Nullable Object[] resourceIds) {
        Operation operation = decisions.operation();
        Caller caller = decisions.caller(operation);
        Policy policy = plans.of(declared, terms, caller);
        Key key =
                keys.of(policy, caller, resourceIds); // says what is wrong with an id, in any mode
        DecisionMaker.Access access =
                decisions.access(policy, terms, caller, operation, Edge.PROGRAM);
        if (access != DecisionMaker.Access.COUNTED) {
            return access == DecisionMaker.Access.DENIED
                    ? DecisionMaker.DENIED
                    : DecisionMaker.PASS.decision();
        }
        decisions.tell(caller, policy);
        return decisions
                .decide(policy, terms, key, keys.cost(policy, caller), Edge.PROGRAM, operation)
                .decision();
    }

    @Override
    public Decision tryAcquire(String name, Key key, long permits) {
        LivePolicy live = policies.find(name);
        return tryAcquire(live.get(), live.terms(), key, permits);
    }

    @Override
    public Decision tryAcquire(Policy policy, Key key, long permits) {
        return tryAcquire(inForce(policy), policies.ofOthers(), key, permits);
    }

    /** Whosever permits these are: the plan, and whether he is denied, are of who asks for them. */
    private Decision tryAcquire(Policy declared, Terms terms, Key key, long permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("permits is " + permits + ", expected at least 1");
        }
        return take(declared, terms, key, permits).decision();
    }

    private Outcome take(Policy declared, Terms terms, Key key, long permits) {
        Operation operation = decisions.operation();
        Caller caller = decisions.caller(operation);
        Policy policy = plans.of(declared, terms, caller);
        return switch (decisions.access(policy, terms, caller, operation, Edge.PROGRAM)) {
            case COUNTED -> decisions.decide(policy, terms, key, permits, Edge.PROGRAM, operation);
            case NOT_COUNTED -> DecisionMaker.PASS;
            case DENIED -> new Outcome(DecisionMaker.DENIED, DecidedBy.LOCAL, Receipt.NOTHING);
        };
    }

    @Override
    public Reservation reserve(String name, long estimate, @Nullable Object... resourceIds) {
        Policy policy = policies.find(name).get();
        Caller caller = decisions.caller(decisions.operation());
        Key key = keys.of(policy, caller, resourceIds);
        if (policy.mode() != Mode.OFF) {
            decisions.tell(caller, policy);
        }
        return reserve(name, key, estimate);
    }

    @Override
    public Reservation reserve(String name, Key key, long estimate) {
        if (estimate < 1) {
            throw new IllegalArgumentException("estimate is " + estimate + ", expected at least 1");
        }
        LivePolicy live = policies.find(name);
        CountWhen when = live.get().conduct().countWhen();
        if (when != CountWhen.SETTLED) {
            throw new IllegalArgumentException(
                    ("policy %s counts %s, expected countWhen = SETTLED"
                                    + " (weir.policy.%s.count-when = settled) for a reservation")
                            .formatted(name, when, name));
        }
        return new OutcomeReservation(take(live.get(), live.terms(), key, estimate));
    }

    @Override
    public Decision acquire(Duration atMost, String name, @Nullable Object... resourceIds)
            throws InterruptedException {
        long start = ticker.nanoTime();
        long budget = Math.max(0, nanos(atMost));
        while (true) {
            Decision decision = tryAcquire(name, resourceIds);
            long wait = waitAfter(decision);
            if (wait == 0 || wait > budget - (ticker.nanoTime() - start)) {
                return decision;
            }
            ticker.sleep(wait);
        }
    }

    /** Nanoseconds until another try may succeed; 0 if there is none to make. */
    private static long waitAfter(Decision decision) {
        if (decision instanceof Decision.Refused refused) {
            return nanos(refused.retryAfter());
        }
        return decision instanceof Decision.Unavailable away ? nanos(away.retryAfter()) : 0;
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    @Override
    public List<LimitState> peek(String name, @Nullable Object... resourceIds) {
        return peek(name, keyOf(name, resourceIds));
    }

    @Override
    public List<LimitState> peek(String name, Key key) {
        LivePolicy live = policies.find(name);
        Caller caller = decisions.caller(decisions.operation());
        return store.peek(plans.of(live.get(), live.terms(), caller), key);
    }

    @Override
    public boolean reset(String name, @Nullable Object... resourceIds) {
        return reset(name, keyOf(name, resourceIds));
    }

    @Override
    public boolean reset(String name, Key key) {
        try {
            LivePolicy live = policies.find(name);
            live.terms().reset(store, live.get(), key);
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    @Override
    public Runnable asCurrentClient(Runnable task) {
        return CurrentOperation.snapshot().around(task);
    }

    @Override
    @SuppressWarnings("try") // the scope is closed, and needs no more
    public <T extends @Nullable Object> Supplier<T> asCurrentClient(Supplier<T> task) {
        CurrentOperation.Snapshot snapshot = CurrentOperation.snapshot();
        return () -> {
            try (CurrentOperation.Scope scope = snapshot.enter()) {
                return task.get();
            }
        };
    }

    private Policy inForce(Policy ofCode) {
        return policies.isEnabled() ? ofCode : ofCode.with(Mode.OFF);
    }

    private Key keyOf(String name, @Nullable Object... resourceIds) {
        Caller caller = decisions.caller(decisions.operation());
        return keys.of(policies.find(name).get(), caller, resourceIds);
    }
}
