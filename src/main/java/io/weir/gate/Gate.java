package io.weir.gate;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.store.Outcome;
import io.weir.store.Store;
import io.weir.store.StoreUnavailableException;
import io.weir.store.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operation passes: its policies in order, each charged once. Every edge asks here; nothing
 * else asks the store. Thread-safe.
 */
public final class Gate implements RateLimiter {

    private static final Decision PASS = new Decision.Admitted(List.of());

    private final Function<String, Policy> policies;
    private final Store store;
    private final Keys keys;
    private final CurrentOperation current;
    private final Caller nobody;
    private final DecisionListener listener;
    private final Ticker ticker;

    /**
     * A gate.
     *
     * @param policies finds a policy by name; throws IllegalArgumentException for an unknown name
     * @param store counts
     * @param keys the application's key resolvers, by name
     * @param current the operation of the current thread
     * @param nobody who asks outside any operation
     * @param listener sees each decision; must not throw
     * @param ticker the clock
     */
    public Gate(
            Function<String, Policy> policies,
            Store store,
            java.util.Map<String, io.weir.KeyResolver> keys,
            CurrentOperation current,
            Caller nobody,
            DecisionListener listener,
            Ticker ticker) {
        this.policies = policies;
        this.store = store;
        this.keys = new Keys(keys);
        this.current = current;
        this.nobody = nobody;
        this.listener = listener;
        this.ticker = ticker;
    }

    /** A refusal and whose it is. */
    public record Refusal(Policy policy, Decision decision) {}

    /**
     * Passes the rules in force at an outer edge. What is charged here is not charged again by any
     * edge of the operation.
     *
     * @param rules the rules, decided in order; what an earlier one took is not given back
     * @param operation whose operation
     * @param edge which edge
     * @return the first refusal, or null
     */
    public @Nullable Refusal enter(List<Rule> rules, Operation operation, Edge edge) {
        for (Rule rule : rules) {
            Policy policy = rule.policy();
            if (policy.mode() != Mode.OFF) {
                Key key = keys.of(policy, operation.caller(), List.of());
                Decision decision = operation.charged(policy, key);
                if (decision == null) {
                    decision = decide(policy, key, policy.cost(), edge);
                    operation.charge(policy, key, decision);
                    tell(operation, policy, decision);
                }
                if (!(decision instanceof Decision.Admitted)) {
                    return new Refusal(policy, decision);
                }
            }
        }
        return null;
    }

    /**
     * Lets one call of the method underneath pass without a charge.
     *
     * @param rules the rules that an outer edge would enter
     * @param operation whose operation
     */
    public void excuse(List<Rule> rules, Operation operation) {
        for (Rule rule : rules) {
            if (rule.policy().mode() != Mode.OFF) {
                operation.excuse(
                        rule.policy(), keys.of(rule.policy(), operation.caller(), List.of()));
            }
        }
    }

    /**
     * Passes the rules in force at a method.
     *
     * @param rules the rules, decided in order; what an earlier one took is not given back
     * @param arguments the method's arguments
     * @return the first refusal, or null
     */
    public @Nullable Refusal call(List<Rule> rules, @Nullable Object[] arguments) {
        Operation operation = current.get().orElse(null);
        Caller caller = operation == null ? nobody : operation.caller();
        for (Rule rule : rules) {
            Policy policy = rule.policy();
            if (policy.mode() != Mode.OFF) {
                List<@Nullable String> ids = new ArrayList<>(rule.idParameters().size());
                for (int parameter : rule.idParameters()) {
                    ids.add(Keys.idText(arguments[parameter]));
                }
                Key key = keys.of(policy, caller, ids);
                if (operation == null || !operation.claim(policy, key)) {
                    Decision decision = decide(policy, key, policy.cost(), Edge.METHOD);
                    if (operation != null) {
                        tell(operation, policy, decision);
                    }
                    if (!(decision instanceof Decision.Admitted)) {
                        return new Refusal(policy, decision);
                    }
                }
            }
        }
        return null;
    }

    @Override
    public Decision tryAcquire(String name, @Nullable Object... resourceIds) {
        Policy policy = policies.apply(name);
        List<@Nullable String> ids = new ArrayList<>(resourceIds.length);
        for (Object id : resourceIds) {
            ids.add(Keys.idText(id));
        }
        Caller caller = current.get().map(Operation::caller).orElse(nobody);
        return decide(policy, keys.of(policy, caller, ids), policy.cost(), Edge.PROGRAM);
    }

    @Override
    public Decision tryAcquire(String name, Key key, long permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("permits is " + permits + ", expected at least 1");
        }
        return decide(policies.apply(name), key, permits, Edge.PROGRAM);
    }

    private Decision decide(Policy policy, Key key, long cost, Edge edge) {
        if (policy.mode() == Mode.OFF) {
            return PASS;
        }
        long start = ticker.nanoTime();
        Decision decision;
        DecidedBy decidedBy;
        try {
            Outcome outcome = store.tryAcquire(policy, key, cost);
            decision = outcome.decision();
            decidedBy = outcome.decidedBy();
        } catch (StoreUnavailableException e) {
            decision = new Decision.Unavailable(Duration.ofSeconds(1));
            decidedBy = DecidedBy.OUTAGE_RULE;
        }
        listener.decided(policy, edge, decidedBy, decision, ticker.nanoTime() - start);
        return policy.mode() == Mode.OBSERVE ? PASS : decision;
    }

    private static void tell(Operation operation, Policy policy, Decision decision) {
        if (policy.mode() == Mode.ENFORCE && policy.onRefusal() == OnRefusal.THROW) {
            operation.count(policy, decision);
        }
    }
}
