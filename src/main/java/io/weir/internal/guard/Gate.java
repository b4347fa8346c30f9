package io.weir.internal.guard;

import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.RateLimiter;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Store;
import io.weir.internal.count.Ticker;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an operation passes: its policies in order, each charged once. Every edge asks here; nothing
 * else asks the store. Thread-safe.
 */
public final class Gate {

    private final Keys keys;
    private final Plans plans;
    private final DecisionMaker decisions;
    private final PaidAhead paidAhead;
    private final RateLimiter limiter;

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
        this.keys = keys;
        this.plans = plans;
        this.decisions = new DecisionMaker(store, current, outside, toNobody, watcher, ticker);
        this.paidAhead = new PaidAhead(ticker);
        this.limiter = new ProgramLimiter(policies, store, keys, plans, decisions, ticker);
    }

    /**
     * The limiter that an application asks by hand.
     *
     * @return always the same
     */
    public RateLimiter limiter() {
        return limiter;
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
            DecisionMaker.Access access = decisions.access(policy, terms, caller, operation, edge);
            if (access == DecisionMaker.Access.DENIED) {
                return new RateLimitExceededException(policy, DecisionMaker.DENIED);
            }
            if (access == DecisionMaker.Access.COUNTED) {
                Key key = keys.of(policy, caller);
                Decision decision = operation.charged(decisions, policy, key);
                if (decision == null) {
                    long cost = keys.cost(policy, caller);
                    Outcome outcome = decisions.decide(policy, terms, key, cost, edge, operation);
                    decision = outcome.decision();
                    operation.charge(decisions, policy, key, decision);
                    operation.pending().add(policy, outcome.receipt(), keys.failures());
                    operation.tell(policy, decision);
                }
                if (!(decision instanceof Decision.Admitted)) {
                    return new RateLimitExceededException(policy, decision);
                }
            }
            paidAhead.pay(rule, policy);
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
            Policy policy = rule.policy();
            if (policy.mode() != Mode.OFF) {
                operation.excuse(decisions, policy, keys.of(policy, operation.caller()));
                paidAhead.pay(rule, policy);
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
        Operation operation = decisions.operation();
        PendingCharges ofCall = PendingCharges.NONE;
        for (Rule rule : rules) {
            Terms terms = rule.live().terms();
            Caller caller = decisions.caller(operation);
            Policy policy = plans.of(rule.policy(), terms, caller);
            DecisionMaker.Access access =
                    decisions.access(policy, terms, caller, operation, Edge.METHOD);
            if (access == DecisionMaker.Access.DENIED) {
                throw new RateLimitExceededException(policy, DecisionMaker.DENIED);
            }
            if (access == DecisionMaker.Access.NOT_COUNTED) {
                paidAhead.claim(rule, policy);
            } else {
                Key key = keys.of(policy, caller, ids(rule, arguments));
                long cost = cost(rule, policy, caller, key, operation, arguments);
                if (cost > 0) {
                    decisions.tell(caller, policy);
                    Outcome outcome =
                            decisions.decide(policy, terms, key, cost, Edge.METHOD, operation);
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
                paidAhead.claim(rule, policy)
                        | (operation != null && operation.claim(decisions, policy, key));
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

    /**
     * Whose permits an operation of the current client would take.
     *
     * @param policy the policy
     * @param resourceIds what is told apart within the policy
     * @return the key
     * @throws IllegalArgumentException if an id has no identity of its own
     */
    public Key key(Policy policy, @Nullable Object... resourceIds) {
        return keys.of(policy, decisions.caller(decisions.operation()), resourceIds);
    }
}
