package io.weir.store.redis;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.store.Debt;
import io.weir.store.Outcome;
import io.weir.store.Receipt;
import io.weir.store.StoreUnavailableException;
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

    private static final int VALUES_PER_LIMIT = 4;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Connection connection;
    private final RedisKeys keys;
    private final Lua limits;

    ScriptEngine(Connection connection, RedisKeys keys, String clockLua) {
        this.connection = connection;
        this.keys = keys;
        this.limits = Lua.of(clockLua + "\n" + Lua.text("limits.lua"));
    }

    Outcome tryAcquire(Connection.Session session, Policy policy, Key key, long cost, Debt debt)
            throws StoreUnavailableException, BadKeyException {
        List<String> owed = debt.limits().stream().map(ScriptEngine::micros).toList();
        Answer answer = new Answer(eval(session, policy, key, "take", cost, 0, owed));
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
        return states(policy, new Answer(eval(session, policy, key, "peek", 0, 0, List.of())));
    }

    private Receipt giveBack(Policy policy, Key key, long cost, Answer answer) {
        long at = answer.now();
        List<String> marks = new ArrayList<>(policy.limits().size());
        for (int i = 0; i < policy.limits().size(); i++) {
            marks.add(Long.toString(answer.mark(i)));
        }
        return () ->
                connection.<List<Long>>call(
                        session -> eval(session, policy, key, "back", cost, at, marks));
    }

    private List<Long> eval(
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
            Limit limit = policy.limits().get(i);
            arguments[i] =
                    operation
                            + ' '
                            + cost
                            + ' '
                            + at
                            + (limit instanceof Limit.SlidingWindow ? " log " : " bucket ")
                            + limit.permits()
                            + ' '
                            + limit.window().toMillis() * 1000
                            + ' '
                            + limit.capacity()
                            + ' '
                            + (marks.isEmpty() ? "" : marks.get(i));
        }
        return session.eval(limits, RScript.ReturnType.LIST, keys(policy, key), arguments);
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

    /** The list that the script returns. */
    private record Answer(List<Long> values) {

        boolean admitted() {
            return values.get(0) == 1;
        }

        long now() {
            return values.get(1);
        }

        long remaining(int limit) {
            return of(limit, 0);
        }

        long retryAfter(int limit) {
            return of(limit, 1);
        }

        long untilNext(int limit) {
            return of(limit, 2);
        }

        long mark(int limit) {
            return of(limit, 3);
        }

        private long of(int limit, int value) {
            return values.get(2 + limit * VALUES_PER_LIMIT + value);
        }
    }
}
