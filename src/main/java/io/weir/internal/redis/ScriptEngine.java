package io.weir.internal.redis;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Period;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.SharedCounts.Debt;
import io.weir.internal.count.SharedCounts.Taking;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript.ReturnType;

/**
 * Every kind and number of limits by scripts, in one round trip, on the clock of Redis: what nearly
 * every call is by {@code take.lua}, the rest by {@code mend.lua}.
 *
 * <p>A sliding window keeps one entry of about 20 bytes for each instant at which permits were
 * taken that are in use, whatever they cost; a token bucket and a calendar quota have one size.
 *
 * <p>Redis knows no zones. The periods around this node's time go with each call, and where they
 * are not those around the time of Redis, it says so, counts nothing, and is asked once more with
 * those around its own: the clock of a node decides nothing.
 */
final class ScriptEngine {

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_MILLI = 1_000;

    /** Integers that Lua counts without rounding. */
    private static final long MOST = 1L << 53;

    /** What waits for an answer. */
    @FunctionalInterface
    interface Call<T> {
        T make() throws StoreUnavailableException;
    }

    private final Connection connection;
    private final RedisKeys keys;
    private final Lua mend;
    private final RequestBatcher batcher;
    private final LongSupplier wallClock;

    /** By how much a test has made all keys older, microseconds. */
    private volatile long older;

    /**
     * Asks through a connection.
     *
     * @param wallClock this node's: milliseconds since 1970
     */
    ScriptEngine(Connection connection, RedisKeys keys, String clockLua, LongSupplier wallClock) {
        this.wallClock = wallClock;
        this.connection = connection;
        this.keys = keys;
        this.mend = Lua.of(ReturnType.LIST, clockLua + "\n" + Lua.text("mend.lua"));
        this.batcher =
                new RequestBatcher(Lua.of(ReturnType.LIST, clockLua + "\n" + Lua.text("take.lua")));
    }

    SharedCounts.Answer take(Session session, Policy policy, Key key, long cost, List<Debt> debts)
            throws StoreUnavailableException {
        ScriptReply reply = null;
        if (isShort(policy, debts)) {
            String argument = takeArgument(policy.limits().get(0), cost, debts);
            reply = session.eval(batcher, keys(policy, key), argument);
        }
        if (reply == null || reply.failed()) {
            reply = mend(session, policy, key, at -> arguments("take", policy, cost, debts, at));
        }
        return answer(policy, key, reply);
    }

    private SharedCounts.Answer take(Session session, Taking taking)
            throws StoreUnavailableException {
        return take(session, taking.policy(), taking.key(), taking.cost(), taking.debts());
    }

    /** Both in one script, where it is the short one. */
    SharedCounts.Answers take(Session session, Taking first, Taking second)
            throws StoreUnavailableException {
        if (!isShort(first) || !isShort(second)) {
            return beside(session, second, () -> take(session, first));
        }
        List<Object> names = new ArrayList<>(keys(first.policy(), first.key()));
        names.addAll(keys(second.policy(), second.key()));
        ScriptReply reply = session.eval(batcher, names, takeArgument(first), takeArgument(second));
        SharedCounts.Answer answer =
                reply.failed() ? take(session, first) : answer(first.policy(), first.key(), reply);
        return new SharedCounts.Answers(answer, ofSecond(session, second, () -> reply.following()));
    }

    /**
     * What is taken beside a call that is made meanwhile; null where that is not said in time. What
     * it needs of scripts is done as if it were alone.
     */
    SharedCounts.Answers beside(Session session, Taking taking, Call<SharedCounts.Answer> call)
            throws StoreUnavailableException {
        List<Object> names = keys(taking.policy(), taking.key());
        boolean isShort = isShort(taking);
        CompletableFuture<List<Long>> sent =
                isShort
                        ? session.send(batcher.lua(), names, takeArgument(taking))
                        : session.send(mend, names, mendArguments(taking));
        return new SharedCounts.Answers(
                call.make(),
                ofSecond(
                        session,
                        taking,
                        () -> new ScriptReply(session.await(() -> sent), ScriptReply.FIRST)));
    }

    /** Null if nobody has said it, or not in time: that changes nothing of the first. */
    private SharedCounts.@Nullable Answer ofSecond(
            Session session, Taking taking, Call<ScriptReply> asked) {
        try {
            try {
                ScriptReply reply = asked.make();
                if (!reply.failed()) {
                    return answer(taking.policy(), taking.key(), reply);
                }
            } catch (Failure e) {
                e.throwUnless(Failure.Reason.UNKNOWN_SCRIPT);
            }
            return take(session, taking);
        } catch (StoreUnavailableException e) {
            return null;
        }
    }

    Decision peek(Session session, Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        ScriptReply reply =
                mend(session, policy, key, at -> arguments("peek", policy, cost, List.of(), at));
        List<LimitState> limits = states(policy, reply);
        Decision.Refused refused = refused(policy, reply, limits);
        return refused.violated().isEmpty() ? new Decision.Admitted(limits) : refused;
    }

    /** Arguments are made for a second, since 1970, by the clock of Redis if need be. */
    private ScriptReply mend(
            Session session, Policy policy, Key key, LongFunction<List<Object>> arguments)
            throws StoreUnavailableException {
        List<Object> names = keys(policy, key);
        long second = TimeUnit.MILLISECONDS.toSeconds(wallClock.getAsLong());
        while (true) {
            ScriptReply reply =
                    new ScriptReply(
                            session.eval(mend, names, arguments.apply(second).toArray()),
                            ScriptReply.FIRST);
            if (!reply.failed()) {
                return reply;
            }
            second = reply.second();
        }
    }

    /**
     * What changes the price of an admission. Another period of a quota gives nothing back.
     *
     * @param at when the permits were taken, by the clock of Redis
     * @param marks of each limit, as the script tells them
     */
    private SharedCounts.Settlement settlement(Policy policy, Key key, long at, List<Long> marks) {
        long answered = System.nanoTime();
        long olderThen = older;
        return more -> {
            long micros = at + (System.nanoTime() - answered) / NANOS_PER_MICRO;
            long second = TimeUnit.MICROSECONDS.toSeconds(micros);
            List<Object> arguments;
            if (more > 0) {
                arguments = arguments("charge", policy, more, List.of(), second);
            } else {
                StringBuilder taken = new StringBuilder();
                taken.append(at - (older - olderThen)).append(' ').append(-more);
                marks.forEach(mark -> taken.append(' ').append(mark));
                arguments = arguments("back", policy, 0, List.of(), second);
                arguments.add(taken.toString());
            }
            return connection.send(mend, keys(policy, key), arguments.toArray());
        };
    }

    private static boolean isShort(Taking taking) {
        return isShort(taking.policy(), taking.debts());
    }

    private static String takeArgument(Taking taking) {
        return takeArgument(taking.policy().limits().get(0), taking.cost(), taking.debts());
    }

    private Object[] mendArguments(Taking taking) {
        long second = TimeUnit.MILLISECONDS.toSeconds(wallClock.getAsLong());
        return arguments("take", taking.policy(), taking.cost(), taking.debts(), second).toArray();
    }

    /** What {@code take.lua} does. */
    private static boolean isShort(Policy policy, List<Debt> debts) {
        return policy.limits().size() == 1
                && !(policy.limits().get(0) instanceof Limit.CalendarQuota)
                && !marks(policy)
                && debts.stream().allMatch(ScriptEngine::isHereOnly);
    }

    /** Whether the script tells what an admission has taken, to be given back. */
    private static boolean marks(Policy policy) {
        return policy.givesBack() || !policy.lease().isZero();
    }

    private static boolean isHereOnly(Debt debt) {
        return debt instanceof Debt.Level level
                ? level.untold() == 0
                : ((Debt.Runs) debt).ages().length == 0;
    }

    private static String takeArgument(Limit limit, long cost, List<Debt> debts) {
        Debt debt = debts.isEmpty() ? null : debts.get(0);
        if (limit instanceof Limit.TokenBucket bucket) {
            long unit = unit(bucket);
            long here = debt instanceof Debt.Level level ? here(level, unit) : 0;
            return "bucket " + cost + ' ' + text(bucket, unit) + ';' + here;
        }
        return "log " + cost + ' ' + text(limit);
    }

    private static List<Object> arguments(
            String operation, Policy policy, long cost, List<Debt> debts, long second) {
        List<Limit> limits = policy.sharedLimits();
        List<Object> arguments = new ArrayList<>(2 + limits.size());
        String back = marks(policy) ? " back " : " no ";
        arguments.add(operation + ' ' + cost + back + limits.size());
        for (int i = 0; i < limits.size(); i++) {
            Debt debt = debts.isEmpty() ? null : debts.get(i);
            arguments.add(mendArgument(limits.get(i), debt, second));
        }
        return arguments;
    }

    private static String mendArgument(Limit limit, @Nullable Debt debt, long second) {
        if (limit instanceof Limit.CalendarQuota quota) {
            return "quota " + text(quota, second) + ';' + text(debt);
        }
        if (limit instanceof Limit.TokenBucket bucket) {
            long unit = unit(bucket);
            String level = debt instanceof Debt.Level owed ? text(owed, unit) : "";
            return "bucket " + text(bucket, unit) + ';' + level;
        }
        return "log " + text(limit) + ';' + (debt instanceof Debt.Runs runs ? text(runs) : "");
    }

    private static String text(Limit log) {
        return log.permits() + " " + (log.window().toMillis() + 1);
    }

    private static String text(Limit.CalendarQuota quota, long second) {
        Period is = Period.at(quota, second);
        return quota.permits() + " " + is.begin() + ' ' + is.end() + ' ' + is.next(quota).end();
    }

    private static String text(@Nullable Debt debt) {
        return debt instanceof Debt.Counted counted
                ? counted.begin() + " " + counted.untold() + ' ' + counted.here()
                : "";
    }

    private static String text(Limit.TokenBucket bucket, long unit) {
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

    private static String text(Debt.Level level, long unit) {
        return -Math.floorDiv(-level.untold(), NANOS_PER_MICRO * unit) + " " + here(level, unit);
    }

    private static String text(Debt.Runs runs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < runs.ages().length; i++) {
            text.append(i == 0 ? "" : " ").append(runs.ages()[i] / NANOS_PER_MICRO);
            text.append(' ').append(runs.counts()[i]);
        }
        return text.toString();
    }

    /** What was taken before is looked for where it stands now. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one test does it
    void makeOlder(long micros) {
        older += micros;
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
                if (marks(policy)) {
                    names.add(RedisKeys.back(name));
                }
            } else if (limit instanceof Limit.CalendarQuota quota) {
                names.add(keys.quota(policy, key, quota));
            } else {
                names.add(keys.log(policy, key, limit));
            }
        }
        return names;
    }

    private SharedCounts.Answer answer(Policy policy, Key key, ScriptReply reply) {
        List<LimitState> limits = states(policy, reply);
        if (reply.admitted()) {
            Decision admitted = new Decision.Admitted(limits);
            if (!marks(policy)) {
                return new SharedCounts.Answer(admitted, null);
            }
            List<Long> marks = reply.marks(limits.size());
            return new SharedCounts.Answer(admitted, settlement(policy, key, reply.now(), marks));
        }
        return new SharedCounts.Answer(refused(policy, reply, limits), null);
    }

    private static Decision.Refused refused(
            Policy policy, ScriptReply reply, List<LimitState> limits) {
        long wait = 0;
        List<String> violated = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            if (reply.retryAfter(i) > 0) {
                violated.add(policy.limitName(i));
                wait = Math.max(wait, reply.retryAfter(i));
            }
        }
        Duration retryAfter = Duration.of(wait, ChronoUnit.MICROS);
        return new Decision.Refused(retryAfter, List.copyOf(violated), limits);
    }

    private static List<LimitState> states(Policy policy, ScriptReply reply) {
        List<LimitState> states = new ArrayList<>(policy.limits().size());
        for (int i = 0; i < policy.limits().size(); i++) {
            long remaining = reply.remaining(i);
            long untilNext = reply.untilNext(i) * NANOS_PER_MICRO;
            if (policy.limits().get(i) instanceof Limit.CalendarQuota quota) {
                Period is = Period.at(quota, reply.second());
                Duration window = Duration.ofSeconds(is.end() - is.begin());
                states.add(policy.state(i, window, remaining, untilNext));
            } else {
                states.add(policy.state(i, remaining, untilNext));
            }
        }
        return List.copyOf(states);
    }
}
