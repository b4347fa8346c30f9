package io.weir.internal.guard;

import io.weir.ClientIdentity;
import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.LimitState;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.RateLimiter;
import io.weir.Reservation;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import io.weir.internal.count.WaitBudget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an operation passes: its policies in order, each charged once. Every edge asks here; nothing
 * else asks the store. Thread-safe.
 */
public final class Gate implements RateLimiter {

    private static final Outcome PASS =
            new Outcome(new Decision.Admitted(List.of()), DecidedBy.OUTAGE_RULE, Receipt.NOTHING);

    private static final Decision DENIED = new Decision.Denied();

    /** What the client's network alone decides. */
    private enum Access {
        COUNTED,
        NOT_COUNTED,
        DENIED
    }

    private final LivePolicy.Finder policies;
    private final Store store;

    /** Of an operation; made once, and not for each decision. */
    private final Supplier<WaitBudget> whole;

    private final Keys keys;
    private final Plans plans;
    private final CurrentOperation current;
    private final Caller outside;
    private final Consumer<Policy> toNobody;
    private final Watcher watcher;
    private final Ticker ticker;

    /** Calls that are paid and still to come, on threads that know no operation; by policy. */
    private final Map<String, AtomicLong> ahead = new ConcurrentHashMap<>();

    /**
     * A gate.
     *
     * @param policies finds a policy by name
     * @param store counts
     * @param keys what an application has to say about keys and costs
     * @param plans finds the limits of a caller's plan
     * @param current the operation of the current thread
     * @param outside who asks outside any operation, as far as the container knows
     * @param toNobody told of a charge for which nobody is known, though the policy's key tells
     *     clients or users apart
     * @param watcher sees each decision
     * @param ticker the clock, by which also those wait who would rather wait than be refused
     */
    public Gate(
            LivePolicy.Finder policies,
            Store store,
            Keys keys,
            Plans plans,
            CurrentOperation current,
            Caller outside,
            Consumer<Policy> toNobody,
            Watcher watcher,
            Ticker ticker) {
        this.policies = policies;
        this.store = store;
        this.whole = store::budget;
        this.keys = keys;
        this.plans = plans;
        this.current = current;
        this.outside = outside;
        this.toNobody = toNobody;
        this.watcher = watcher;
        this.ticker = ticker;
    }

    /**
     * The names of all plans, which may be roles.
     *
     * @return in their order
     */
    public List<String> plans() {
        return plans.names();
    }

    /**
     * Passes the rules in force at an outer edge. What is charged here is not charged again by any
     * edge of the operation.
     *
     * @param rules the rules, decided in order; what an earlier one took is not given back
     * @param operation whose operation
     * @param edge which edge
     * @return the first refusal, or null
     */
    public @Nullable RateLimitExceededException enter(
            List<Rule> rules, Operation operation, Edge edge) {
        return enter(rules, operation, operation.caller(), edge);
    }

    /**
     * The same for whom an edge knows better than the operation does.
     *
     * @param rules the rules
     * @param operation whose operation
     * @param caller who asks
     * @param edge which edge
     * @return the first refusal, or null
     */
    public @Nullable RateLimitExceededException enter(
            List<Rule> rules, Operation operation, Caller caller, Edge edge) {
        for (Rule rule : rules) {
            Terms terms = rule.live().terms();
            Policy policy = plans.of(rule.policy(), terms, caller);
            Access access = access(policy, terms, caller, operation, edge);
            if (access == Access.DENIED) {
                return new RateLimitExceededException(policy, DENIED);
            }
            if (access == Access.COUNTED) {
                Key key = keys.of(policy, caller);
                Decision decision = operation.charged(this, policy, key);
                if (decision == null) {
                    long cost = keys.cost(policy, caller);
                    Outcome outcome = decide(policy, key, cost, edge, budget(operation));
                    decision = outcome.decision();
                    operation.charge(this, policy, key, decision);
                    operation.pending().add(policy, outcome.receipt(), keys.failures());
                    operation.tell(policy, decision);
                }
                if (!(decision instanceof Decision.Admitted)) {
                    return new RateLimitExceededException(policy, decision);
                }
            }
            payAhead(rule, policy);
        }
        return null;
    }

    /** Also tells of who is denied; once in an operation, as all that its edges decide. */
    private Access access(
            Policy policy, Terms terms, Caller caller, @Nullable Operation operation, Edge edge) {
        if (policy.mode() == Mode.OFF) {
            return Access.NOT_COUNTED;
        }
        if (terms.denied().isEmpty() && terms.exempt().isEmpty()) {
            return Access.COUNTED;
        }
        ClientIdentity client = caller.client();
        if (!Terms.holds(terms.denied(), client)) {
            return Terms.holds(terms.exempt(), client) ? Access.NOT_COUNTED : Access.COUNTED;
        }
        Key key = Key.of(KeySource.Kind.CLIENT, client.key());
        if (operation == null || operation.charged(this, policy, key) != DENIED) {
            watcher.decided(policy, key, edge, DecidedBy.LOCAL, DENIED, 0);
        }
        if (operation != null) {
            operation.charge(this, policy, key, DENIED);
        }
        return policy.mode() == Mode.OBSERVE ? Access.NOT_COUNTED : Access.DENIED;
    }

    /** There it cannot be told whose call it is, only that no more come than are paid. */
    private void payAhead(Rule rule, Policy policy) {
        if (rule.apart()) {
            ahead.computeIfAbsent(policy.name(), name -> new AtomicLong()).incrementAndGet();
        }
    }

    private boolean isPaidAhead(Rule rule, Policy policy) {
        AtomicLong calls = ahead.get(policy.name());
        return rule.apart() && calls != null && calls.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    /**
     * Lets one call of the method underneath pass without a charge.
     *
     * @param rules the rules that an outer edge would enter
     * @param operation whose operation
     */
    public void excuse(List<Rule> rules, Operation operation) {
        for (Rule rule : rules) {
            Policy policy = rule.policy();
            if (policy.mode() != Mode.OFF) {
                operation.excuse(this, policy, keys.of(policy, operation.caller()));
                payAhead(rule, policy);
            }
        }
    }

    /**
     * Passes the rules in force at a method.
     *
     * @param rules the rules, decided in order; what an earlier one took is not given back
     * @param arguments the method's arguments
     * @return what the call gives back unless it fails
     * @throws RateLimitExceededException if a rule refuses the call
     */
    public PendingCharges call(List<Rule> rules, @Nullable Object[] arguments) {
        Operation operation = current.operation();
        PendingCharges ofCall = PendingCharges.NONE;
        for (Rule rule : rules) {
            Terms terms = rule.live().terms();
            Caller caller = caller(operation);
            Policy policy = plans.of(rule.policy(), terms, caller);
            Access access = access(policy, terms, caller, operation, Edge.METHOD);
            if (access == Access.DENIED) {
                throw new RateLimitExceededException(policy, DENIED);
            }
            if (access == Access.NOT_COUNTED) {
                isPaidAhead(rule, policy);
            } else {
                Key key = keys.of(policy, caller, ids(rule, arguments));
                long cost = cost(rule, policy, caller, key, operation, arguments);
                if (cost > 0) {
                    tell(caller, policy);
                    Outcome outcome = decide(policy, key, cost, Edge.METHOD, budget(operation));
                    if (operation != null) {
                        operation.tell(policy, outcome.decision());
                    }
                    if (!(outcome.decision() instanceof Decision.Admitted)) {
                        throw new RateLimitExceededException(policy, outcome.decision());
                    }
                    if (operation != null && rule.answers()) {
                        operation.pending().add(policy, outcome.receipt(), keys.failures());
                    } else if (policy.givesBack()) {
                        ofCall = ofCall == PendingCharges.NONE ? new PendingCharges() : ofCall;
                        ofCall.add(policy, outcome.receipt(), keys.failures());
                    }
                }
            }
        }
        return ofCall;
    }

    /** What is still to be paid for a call: 0 where an outer edge has paid all of it. */
    private long cost(
            Rule rule,
            Policy policy,
            Caller caller,
            Key key,
            @Nullable Operation operation,
            @Nullable Object[] arguments) {
        boolean paidOnce =
                isPaidAhead(rule, policy)
                        | (operation != null && operation.claim(this, policy, key));
        if (rule.costParameter().isEmpty()) {
            return paidOnce ? 0 : keys.cost(policy, caller);
        }
        long once = keys.cost(policy, caller); // an outer edge could not see how often
        return Keys.times(once, rule, arguments) - (paidOnce ? once : 0);
    }

    private static @Nullable Object[] ids(Rule rule, @Nullable Object[] arguments) {
        List<Integer> parameters = rule.idParameters();
        @Nullable Object[] ids = new @Nullable Object[parameters.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = arguments[parameters.get(i)];
        }
        return ids;
    }

    @Override
    public Decision tryAcquire(String name, @Nullable Object... resourceIds) {
        LivePolicy live = policies.find(name);
        return tryAcquire(live.get(), live.terms(), resourceIds);
    }

    @Override
    public Decision tryAcquire(Policy policy, @Nullable Object... resourceIds) {
        return tryAcquire(policy, policies.ofOthers(), resourceIds);
    }

    private Decision tryAcquire(Policy declared, Terms terms, @Nullable Object[] resourceIds) {
        Operation operation = current.operation();
        Caller caller = caller(operation);
        Policy policy = plans.of(declared, terms, caller);
        Key key =
                keys.of(policy, caller, resourceIds); // says what is wrong with an id, in any mode
        Access access = access(policy, terms, caller, operation, Edge.PROGRAM);
        if (access != Access.COUNTED) {
            return access == Access.DENIED ? DENIED : PASS.decision();
        }
        tell(caller, policy);
        return decide(policy, key, keys.cost(policy, caller), Edge.PROGRAM, budget(operation))
                .decision();
    }

    @Override
    public Decision tryAcquire(String name, Key key, long permits) {
        LivePolicy live = policies.find(name);
        return tryAcquire(live.get(), live.terms(), key, permits);
    }

    @Override
    public Decision tryAcquire(Policy policy, Key key, long permits) {
        return tryAcquire(policy, policies.ofOthers(), key, permits);
    }

    /** Whosever permits these are: the plan, and whether he is denied, are of who asks for them. */
    private Decision tryAcquire(Policy declared, Terms terms, Key key, long permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("permits is " + permits + ", expected at least 1");
        }
        return take(declared, terms, key, permits).decision();
    }

    private Outcome take(Policy declared, Terms terms, Key key, long permits) {
        Operation operation = current.operation();
        Caller caller = caller(operation);
        Policy policy = plans.of(declared, terms, caller);
        return switch (access(policy, terms, caller, operation, Edge.PROGRAM)) {
            case COUNTED -> decide(policy, key, permits, Edge.PROGRAM, budget(operation));
            case NOT_COUNTED -> PASS;
            case DENIED -> new Outcome(DENIED, DecidedBy.LOCAL, Receipt.NOTHING);
        };
    }

    @Override
    public Reservation reserve(String name, long estimate, @Nullable Object... resourceIds) {
        Policy policy = policies.find(name).get();
        Caller caller = caller(current.operation());
        Key key = keys.of(policy, caller, resourceIds);
        if (policy.mode() != Mode.OFF) {
            tell(caller, policy);
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
        Outcome outcome = take(live.get(), live.terms(), key, estimate);
        return new TimedReservation(outcome, ticker, ticker.nanoTime());
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
        return peek(name, key(name, resourceIds));
    }

    @Override
    public List<LimitState> peek(String name, Key key) {
        LivePolicy live = policies.find(name);
        Caller caller = caller(current.operation());
        return store.peek(plans.of(live.get(), live.terms(), caller), key);
    }

    @Override
    public boolean reset(String name, @Nullable Object... resourceIds) {
        return reset(name, key(name, resourceIds));
    }

    @Override
    public boolean reset(String name, Key key) {
        try {
            store.reset(policies.find(name).get(), key);
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

    private WaitBudget budget(@Nullable Operation operation) {
        return operation == null ? store.budget() : operation.budget(whole);
    }

    private Caller caller(@Nullable Operation operation) {
        return operation == null ? new Outsider(outside) : operation.caller();
    }

    /**
     * Whose permits an operation of the current client would take.
     *
     * @param name the name of a policy
     * @param resourceIds what is told apart within the policy
     * @return the key
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     */
    public Key key(String name, @Nullable Object... resourceIds) {
        return key(policies.find(name).get(), resourceIds);
    }

    /**
     * Whose permits an operation of the current client would take.
     *
     * @param policy the policy
     * @param resourceIds what is told apart within the policy
     * @return the key
     * @throws IllegalArgumentException if an id has no identity of its own
     */
    public Key key(Policy policy, @Nullable Object... resourceIds) {
        return keys.of(policy, caller(current.operation()), resourceIds);
    }

    private void tell(Caller caller, Policy policy) {
        if (caller instanceof Outsider outsider && outsider.isNobody()) {
            toNobody.accept(policy);
        }
    }

    private Outcome decide(Policy policy, Key key, long cost, Edge edge, WaitBudget budget) {
        boolean timed = watcher.times();
        long start = timed ? ticker.nanoTime() : 0;
        Outcome outcome = store.tryAcquire(policy, key, cost, budget);
        watcher.decided(
                policy,
                key,
                edge,
                outcome.decidedBy(),
                outcome.decision(),
                timed ? ticker.nanoTime() - start : 0);
        return policy.mode() == Mode.OBSERVE ? observed(outcome) : outcome;
    }

    /** It passes in any case; what it took is given back as if it were in force. */
    private static Outcome observed(Outcome outcome) {
        return new Outcome(PASS.decision(), outcome.decidedBy(), outcome.receipt());
    }
}
