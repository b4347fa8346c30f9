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

    SharedCounts.Answer take(Session session, Taking taking) throws StoreUnavailableException {
        Policy policy = taking.policy();
        ScriptReply reply = null;
        if (isShort(taking)) {
            List<Object> names = keys(policy, taking.key());
            reply = session.eval(batcher, names, ScriptArguments.take(taking));
        }
        if (reply == null || reply.failed()) {
            reply = mend(session, policy, taking.key(), at -> ScriptArguments.mend(taking, at));
        }
        return answer(policy, taking.key(), reply);
    }

    /** Both in one script, where it is the short one. */
    SharedCounts.Answers take(Session session, Taking first, Taking second)
            throws StoreUnavailableException {
        if (!isShort(first) || !isShort(second)) {
            return beside(session, second, () -> take(session, first));
        }
        List<Object> names = new ArrayList<>(keys(first.policy(), first.key()));
        names.addAll(keys(second.policy(), second.key()));
        ScriptReply reply =
                session.eval(
                        batcher, names, ScriptArguments.take(first), ScriptArguments.take(second));
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
                        ? session.send(batcher.lua(), names, ScriptArguments.take(taking))
                        : session.send(
                                mend, names, ScriptArguments.mend(taking, second()).toArray());
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
                mend(session, policy, key, at -> ScriptArguments.peek(policy, cost, at));
        List<LimitState> limits = states(policy, reply);
        Decision.Refused refused = refused(policy, reply, limits);
        return refused.violated().isEmpty() ? new Decision.Admitted(limits) : refused;
    }

    /** Arguments are made for a second, since 1970, by the clock of Redis if need be. */
    private ScriptReply mend(
            Session session, Policy policy, Key key, LongFunction<List<Object>> arguments)
            throws StoreUnavailableException {
        List<Object> names = keys(policy, key);
        long second = second();
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
            List<Object> arguments =
                    more > 0
                            ? ScriptArguments.charge(policy, more, second)
                            : ScriptArguments.giveBack(
                                    policy, at - (older - olderThen), -more, marks, second);
            return connection.send(mend, keys(policy, key), arguments.toArray());
        };
    }

    /** By the clock of this node, since 1970. */
    private long second() {
        return TimeUnit.MILLISECONDS.toSeconds(wallClock.getAsLong());
    }

    /** What {@code take.lua} does. */
    private static boolean isShort(Taking taking) {
        Policy policy = taking.policy();
        return policy.limits().size() == 1
                && !(policy.limits().get(0) instanceof Limit.CalendarQuota)
                && !ScriptArguments.asksForMarks(policy)
                && taking.debts().stream().allMatch(ScriptEngine::isHereOnly);
    }

    private static boolean isHereOnly(Debt debt) {
        return debt instanceof Debt.Level level
                ? level.untold() == 0
                : ((Debt.Runs) debt).ages().length == 0;
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
                        ScriptArguments.unit(bucket) == 1
                                ? keys.bucket(policy, key, limit)
                                : keys.largeBucket(policy, key, limit);
                names.add(name);
                if (ScriptArguments.asksForMarks(policy)) {
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
            if (!ScriptArguments.asksForMarks(policy)) {
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
