package io.weir.internal.redis;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.SharedCounts.Debt;
import io.weir.internal.count.SharedCounts.Slip;
import io.weir.internal.count.SharedCounts.Told;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;

/**
 * Every kind and number of limits by scripts, in one round trip, on the clock of Redis: what nearly
 * every call is by {@code take.lua}, the rest by {@code mend.lua}.
 *
 * <p>A sliding window keeps one entry of about 20 bytes for each instant at which permits were
 * taken that are in use, whatever they cost; a token bucket has one size.
 */
final class ScriptEngine {

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_MILLI = 1_000;

    /** Integers that Lua counts without rounding. */
    private static final long MOST = 1L << 53;

    private final Connection connection;
    private final RedisKeys keys;
    private final Lua mend;
    private final RoundTrips trips;

    ScriptEngine(Connection connection, RedisKeys keys, String clockLua) {
        this.connection = connection;
        this.keys = keys;
        this.mend = Lua.of(clockLua + "\n" + Lua.text("mend.lua"));
        this.trips = new RoundTrips(Lua.of(clockLua + "\n" + Lua.text("take.lua")));
    }

    /**
     * What an admission took.
     *
     * @param marks of each limit: level, given, since
     */
    private record Taken(long at, long cost, List<Long> marks) implements Slip {

        String words() {
            StringBuilder text = new StringBuilder().append(at).append(' ').append(cost);
            marks.forEach(mark -> text.append(' ').append(mark));
            return text.toString();
        }
    }

    SharedCounts.Answer take(
            Connection.Session session, Policy policy, Key key, long cost, Told told)
            throws StoreUnavailableException, BadKeyException {
        Answer answer = null;
        if (isShort(policy, told)) {
            Debt debt = told.debts().isEmpty() ? null : told.debts().get(0);
            String argument = words(policy.limits().get(0), cost, debt);
            answer = session.eval(trips, keys(policy, key).get(0), argument);
        }
        if (answer == null || answer.failed()) {
            answer = new Answer(mend(session, policy, key, cost, told), Answer.FIRST);
        }
        return answer(policy, cost, answer);
    }

    List<LimitState> peek(Connection.Session session, Policy policy, Key key)
            throws StoreUnavailableException, BadKeyException {
        Object[] arguments = arguments("peek", policy, 0, Told.NOTHING).toArray();
        return states(
                policy,
                new Answer(
                        session.eval(mend, RScript.ReturnType.LIST, keys(policy, key), arguments),
                        Answer.FIRST));
    }

    /** Ends with the answer, or when it is dropped. */
    CompletionStage<?> giveBack(Policy policy, Key key, Slip slip) {
        List<Object> arguments = arguments("back", policy, 0, Told.NOTHING);
        arguments.add(((Taken) slip).words());
        return connection.send(mend, keys(policy, key), arguments.toArray());
    }

    private List<Long> mend(
            Connection.Session session, Policy policy, Key key, long cost, Told told)
            throws StoreUnavailableException, BadKeyException {
        Object[] arguments = arguments("take", policy, cost, told).toArray();
        return session.eval(mend, RScript.ReturnType.LIST, keys(policy, key), arguments);
    }

    /** What {@code take.lua} does. */
    private static boolean isShort(Policy policy, Told told) {
        return policy.limits().size() == 1
                && !policy.givesBack()
                && told.debts().stream().allMatch(ScriptEngine::isHereOnly);
    }

    private static boolean isHereOnly(Debt debt) {
        return debt instanceof Debt.Level level
                ? level.untold() == 0
                : ((Debt.Runs) debt).ages().length == 0;
    }

    /** For {@code take.lua}. */
    private static String words(Limit limit, long cost, @Nullable Debt debt) {
        if (limit instanceof Limit.TokenBucket bucket) {
            long unit = unit(bucket);
            long here = debt instanceof Debt.Level level ? here(level, unit) : 0;
            return "bucket " + cost + ' ' + words(bucket, unit) + ';' + here;
        }
        return "log " + cost + ' ' + words(limit);
    }

    private static List<Object> arguments(String operation, Policy policy, long cost, Told told) {
        List<Limit> limits = policy.limits();
        List<Object> arguments = new ArrayList<>(2 + limits.size());
        arguments.add(
                operation + ' ' + cost + (policy.givesBack() ? " back " : " no ") + limits.size());
        for (int i = 0; i < limits.size(); i++) {
            Debt debt = told.debts().isEmpty() ? null : told.debts().get(i);
            arguments.add(
                    limits.get(i) instanceof Limit.TokenBucket bucket
                            ? "bucket "
                                    + words(bucket, unit(bucket))
                                    + ';'
                                    + (debt instanceof Debt.Level level
                                            ? words(level, unit(bucket))
                                            : "")
                            : "log "
                                    + words(limits.get(i))
                                    + ';'
                                    + (debt instanceof Debt.Runs runs ? words(runs) : ""));
        }
        return arguments;
    }

    private static String words(Limit log) {
        return log.permits() + " " + (log.window().toMillis() + 1);
    }

    private static String words(Limit.TokenBucket bucket, long unit) {
        long window = bucket.window().toMillis() * MICROS_PER_MILLI / unit;
        return bucket.permits() + " " + window + ' ' + bucket.burst() + ' ' + unit;
    }

    /** Microseconds: one, where the bucket can be counted in them. */
    private static long unit(Limit.TokenBucket bucket) {
        long micros = bucket.window().toMillis() * MICROS_PER_MILLI;
        return bucket.burst() <= MOST / micros ? 1 : MICROS_PER_MILLI;
    }

    private static long here(Debt.Level level, long unit) {
        return level.here() / NANOS_PER_MICRO / unit;
    }

    private static String words(Debt.Level level, long unit) {
        return -Math.floorDiv(-level.untold(), NANOS_PER_MICRO * unit) + " " + here(level, unit);
    }

    private static String words(Debt.Runs runs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < runs.ages().length; i++) {
            text.append(i == 0 ? "" : " ").append(runs.ages()[i] / NANOS_PER_MICRO);
            text.append(' ').append(runs.counts()[i]);
        }
        return text.toString();
    }

    /** All that the policy has in Redis. */
    List<Object> keys(Policy policy, Key key) {
        List<Object> names = new ArrayList<>(2 * policy.limits().size());
        for (Limit limit : policy.limits()) {
            if (limit instanceof Limit.TokenBucket bucket) {
                String name =
                        unit(bucket) == 1
                                ? keys.bucket(policy, key, limit)
                                : keys.largeBucket(policy, key, limit);
                names.add(name);
                if (policy.givesBack()) {
                    names.add(RedisKeys.back(name));
                }
            } else {
                names.add(keys.log(policy, key, limit));
            }
        }
        return names;
    }

    private static SharedCounts.Answer answer(Policy policy, long cost, Answer answer) {
        List<LimitState> limits = states(policy, answer);
        if (answer.admitted()) {
            Slip slip =
                    policy.givesBack()
                            ? new Taken(answer.now(), cost, answer.marks(limits.size()))
                            : null;
            return new SharedCounts.Answer(new Decision.Admitted(limits), slip);
        }
        long wait = 0;
        List<String> violated = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            if (answer.retryAfter(i) > 0) {
                violated.add(policy.limitName(i));
                wait = Math.max(wait, answer.retryAfter(i));
            }
        }
        return new SharedCounts.Answer(
                new Decision.Refused(
                        Duration.of(wait, ChronoUnit.MICROS), List.copyOf(violated), limits),
                null);
    }

    private static List<LimitState> states(Policy policy, Answer answer) {
        List<LimitState> states = new ArrayList<>(policy.limits().size());
        for (int i = 0; i < policy.limits().size(); i++) {
            states.add(policy.state(i, answer.remaining(i), answer.untilNext(i) * NANOS_PER_MICRO));
        }
        return List.copyOf(states);
    }
}
