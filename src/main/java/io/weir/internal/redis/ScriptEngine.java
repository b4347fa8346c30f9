package io.weir.internal.redis;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Debt;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.redisson.api.RScript;

/**
 * Every kind and number of limits by one script, in one round trip, on the clock of Redis.
 *
 * <p>A sliding window keeps one entry of about 10 bytes for each permit in use, so its memory and a
 * single call's work grow with the permits it takes; a token bucket has one size.
 */
final class ScriptEngine {

    private static final long NANOS_PER_MICRO = 1_000;

    private final Connection connection;
    private final RedisKeys keys;
    private final Lua limits;
    private final RoundTrips trips;

    ScriptEngine(Connection connection, RedisKeys keys, String clockLua) {
        this.connection = connection;
        this.keys = keys;
        this.limits = Lua.of(clockLua + "\n" + Lua.text("limits.lua"));
        this.trips = new RoundTrips(limits, connection.deadline());
    }

    Outcome tryAcquire(Connection.Session session, Policy policy, Key key, long cost, Debt debt)
            throws StoreUnavailableException, BadKeyException {
        Answer answer = take(session, policy, key, cost, debt);
        List<LimitState> limits = states(policy, answer);
        if (answer.admitted()) {
            Receipt receipt =
                    policy.givesBack() ? giveBack(policy, key, cost, answer) : Receipt.NOTHING;
            return new Outcome(new Decision.Admitted(limits), DecidedBy.REDIS, receipt);
        }
        long wait = 0;
        List<String> violated = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            if (answer.retryAfter(i) > 0) {
                violated.add(policy.limitName(i));
                wait = Math.max(wait, answer.retryAfter(i));
            }
        }
        return new Outcome(
                new Decision.Refused(micros(wait), List.copyOf(violated), limits),
                DecidedBy.REDIS,
                Receipt.NOTHING);
    }

    List<LimitState> peek(Connection.Session session, Policy policy, Key key)
            throws StoreUnavailableException, BadKeyException {
        return states(policy, together(session, policy, key, "peek", 0, 0, List.of()));
    }

    private Answer take(Connection.Session session, Policy policy, Key key, long cost, Debt debt)
            throws StoreUnavailableException, BadKeyException {
        if (policy.limits().size() == 1 && debt.limits().isEmpty()) {
            Limit limit = policy.limits().get(0);
            String argument = "each " + cost + words(limit);
            Answer answer = session.eval(trips, keys(policy, key).get(0), argument);
            if (!answer.failed()) {
                return answer;
            }
        }
        List<String> owed = debt.limits().stream().map(ScriptEngine::micros).toList();
        return together(session, policy, key, "take", cost, 0, owed);
    }

    private Receipt giveBack(Policy policy, Key key, long cost, Answer answer) {
        long at = answer.now();
        List<String> marks = new ArrayList<>(policy.limits().size());
        for (int i = 0; i < policy.limits().size(); i++) {
            marks.add(Long.toString(answer.mark(i)));
        }
        return () ->
                connection.call(session -> together(session, policy, key, "back", cost, at, marks));
    }

    /** All limits of the policy by themselves. */
    private Answer together(
            Connection.Session session,
            Policy policy,
            Key key,
            String operation,
            long cost,
            long at,
            List<String> marks)
            throws StoreUnavailableException, BadKeyException {
        Object[] arguments = new Object[policy.limits().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] =
                    operation
                            + ' '
                            + cost
                            + ' '
                            + at
                            + words(policy.limits().get(i))
                            + ' '
                            + (marks.isEmpty() ? "" : marks.get(i));
        }
        return new Answer(
                session.eval(limits, RScript.ReturnType.LIST, keys(policy, key), arguments),
                Answer.FIRST);
    }

    private static String words(Limit limit) {
        return (limit instanceof Limit.SlidingWindow ? " log " : " bucket ")
                + limit.permits()
                + ' '
                + limit.window().toMillis() * 1000
                + ' '
                + limit.capacity();
    }

    List<Object> keys(Policy policy, Key key) {
        List<Object> names = new ArrayList<>(policy.limits().size());
        for (Limit limit : policy.limits()) {
            names.add(
                    limit instanceof Limit.SlidingWindow
                            ? keys.log(policy, key, limit)
                            : keys.bucket(policy, key, limit));
        }
        return names;
    }

    private static List<LimitState> states(Policy policy, Answer answer) {
        List<LimitState> states = new ArrayList<>(policy.limits().size());
        for (int i = 0; i < policy.limits().size(); i++) {
            states.add(policy.state(i, answer.remaining(i), answer.untilNext(i) * NANOS_PER_MICRO));
        }
        return List.copyOf(states);
    }

    /** Rounded such that nothing is owed for longer than it was. */
    private static String micros(long[] nanos) {
        return Arrays.stream(nanos)
                .mapToObj(nano -> Long.toString((nano + NANOS_PER_MICRO - 1) / NANOS_PER_MICRO))
                .collect(Collectors.joining(","));
    }

    private static Duration micros(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }
}
