package io.weir.internal.redis;

import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.StoreUnavailableException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.redisson.api.RScript.ReturnType;

/**
 * One sliding window by Redisson's {@code RRateLimiter}: it decides, two scripts of ours over its
 * keys prepare, mend and tell.
 *
 * <p>A known key costs one round trip when it is admitted, two when it is refused; a new one costs
 * one more. All nodes' wall clocks take part, because {@code RRateLimiter} counts by them.
 */
final class RateLimiterEngine {

    /** The layout that the scripts know; a test holds them against it. */
    static final String LAYOUT = "4.7.0";

    /**
     * How long the keys outlive the window. Nodes whose clocks are each within a second of the
     * truth lose nothing.
     */
    private static final Duration KEEP = Duration.ofSeconds(2);

    /** From where on a time in the future is no skew but a clock that was wrong. */
    private static final Duration AHEAD = Duration.ofSeconds(1);

    /** What to look at when a key is prepared: all, which takes as long as many were admitted. */
    private static final String EACH_MEMBER = "1";

    private static final String ONLY_IF_STRANGE = "0";

    private static final long PREPARE_FIRST = 2;
    private static final long KNOWN = 1;

    private final RedisKeys keys;
    private final boolean tellsState;
    private final LongSupplier wallClock;
    private final PreparedKeys prepared = new PreparedKeys();
    private final Lua prepare = Lua.in(ReturnType.LONG, "rrl-prepare.lua");
    private final Lua read = Lua.in(ReturnType.LIST, "rrl-read.lua");

    /**
     * An engine that has prepared no key.
     *
     * @param wallClock milliseconds since 1970, the clock that {@code RRateLimiter} uses
     */
    RateLimiterEngine(RedisKeys keys, boolean tellsState, LongSupplier wallClock) {
        this.keys = keys;
        this.tellsState = tellsState;
        this.wallClock = wallClock;
    }

    /**
     * What is counted.
     *
     * @param policy has one limit
     * @param name of the key in Redis
     */
    private record Counted(Policy policy, String name) {

        List<Object> keys() {
            return List.of(name, name + ":value", name + ":permits");
        }

        long permits() {
            return policy.limits().get(0).permits();
        }

        Duration window() {
            return policy.limits().get(0).window();
        }
    }

    private record Reading(LimitState state, Duration retryAfter) {}

    private Counted counted(Policy policy, Key key) {
        return new Counted(policy, keys.rateLimiter(policy, key, policy.limits().get(0)));
    }

    SharedCounts.Answer take(Session session, Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        Counted counted = counted(policy, key);
        if (!prepared.has(counted.name(), counted.permits())) {
            prepare(session, counted, ONLY_IF_STRANGE);
        }
        boolean admitted;
        try {
            admitted = session.tryAcquire(counted.name(), cost);
        } catch (Failure e) {
            e.throwUnless(Failure.Reason.BAD_KEY);
            prepare(session, counted, EACH_MEMBER);
            admitted = session.tryAcquire(counted.name(), cost);
        }
        if (admitted && !tellsState) {
            return answer(new Decision.Admitted(List.of()));
        }
        // What was decided stays decided, whatever becomes of the question for more.
        Optional<Reading> reading = Optional.empty();
        try {
            List<Long> answer = read(session, counted, admitted ? 0 : cost);
            if (answer.get(0) == PREPARE_FIRST) {
                prepare(session, counted, EACH_MEMBER);
                if (!admitted) {
                    admitted = session.tryAcquire(counted.name(), cost);
                }
                answer = read(session, counted, admitted ? 0 : cost);
            }
            reading = Optional.of(reading(counted, answer));
        } catch (StoreUnavailableException e) {
            // Unknown.
        }
        List<LimitState> limits = reading.map(Reading::state).map(List::of).orElse(List.of());
        if (admitted) {
            return answer(new Decision.Admitted(limits));
        }
        Duration wait = reading.map(Reading::retryAfter).orElse(counted.window());
        return answer(new Decision.Refused(wait, List.of(policy.limitName(0)), limits));
    }

    Decision peek(Session session, Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        Counted counted = counted(policy, key);
        List<Long> answer = read(session, counted, cost);
        if (answer.get(0) == PREPARE_FIRST) {
            prepare(session, counted, EACH_MEMBER);
            answer = read(session, counted, cost);
        }
        Reading reading = reading(counted, answer);
        List<LimitState> limits = List.of(reading.state());
        return reading.state().remaining() >= cost
                ? new Decision.Admitted(limits)
                : new Decision.Refused(reading.retryAfter(), List.of(policy.limitName(0)), limits);
    }

    private void prepare(Session session, Counted counted, String depth)
            throws StoreUnavailableException {
        session.<Long>eval(
                prepare,
                counted.keys(),
                wallClock.getAsLong(),
                counted.permits(),
                counted.window().toMillis(),
                counted.window().plus(KEEP).toMillis(),
                AHEAD.toMillis(),
                depth);
        prepared.add(counted.name(), counted.permits());
    }

    private List<Long> read(Session session, Counted counted, long cost)
            throws StoreUnavailableException {
        return session.eval(
                read,
                counted.keys(),
                wallClock.getAsLong(),
                counted.permits(),
                counted.window().toMillis(),
                counted.window().plus(KEEP).toMillis(),
                cost,
                AHEAD.toMillis());
    }

    private static Reading reading(Counted counted, List<Long> answer) throws Failure {
        if (answer.get(0) == PREPARE_FIRST) {
            String strange = "not the layout of Redisson " + LAYOUT;
            throw new Failure(Failure.Reason.BAD_KEY, Kind.MAY_HAVE_COUNTED, strange);
        }
        boolean known = answer.get(0) == KNOWN;
        long remaining = known ? answer.get(1) : counted.permits();
        long wait = known ? answer.get(2) : 0;
        long untilNext = known ? answer.get(3) : 0;
        return new Reading(
                counted.policy().state(0, remaining, TimeUnit.MILLISECONDS.toNanos(untilNext)),
                // A permit may have come back since the refusal.
                Duration.ofMillis(Math.max(1, wait)));
    }

    private static SharedCounts.Answer answer(Decision decision) {
        return new SharedCounts.Answer(decision, null);
    }
}
