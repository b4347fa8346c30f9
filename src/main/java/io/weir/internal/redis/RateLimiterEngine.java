package io.weir.internal.redis;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.redisson.api.RScript;

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
    private final RememberedKeys prepared = new RememberedKeys();
    private final Lua prepare = Lua.in("rrl-prepare.lua");
    private final Lua read = Lua.in("rrl-read.lua");

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

    private record Counted(String name, String limitName, long permits, Duration window) {

        List<Object> keys() {
            return List.of(name, name + ":value", name + ":permits");
        }
    }

    private record Reading(LimitState state, Duration retryAfter) {}

    private Counted counted(Policy policy, Key key) {
        Limit limit = policy.limits().get(0);
        return new Counted(
                keys.rateLimiter(policy, key, limit),
                policy.limitName(0),
                limit.permits(),
                limit.window());
    }

    SharedCounts.Answer take(Connection.Session session, Policy policy, Key key, long cost)
            throws StoreUnavailableException, BadKeyException {
        Counted counted = counted(policy, key);
        if (!prepared.has(counted.name(), counted.permits())) {
            prepare(session, counted, ONLY_IF_STRANGE);
        }
        boolean admitted;
        try {
            admitted = session.tryAcquire(counted.name(), cost);
        } catch (BadKeyException e) {
            prepare(session, counted, EACH_MEMBER);
            admitted = session.tryAcquire(counted.name(), cost);
        }
        if (admitted && !tellsState) {
            return outcome(new Decision.Admitted(List.of()));
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
        } catch (StoreUnavailableException | BadKeyException e) {
            // Unknown.
        }
        List<LimitState> limits = reading.map(Reading::state).map(List::of).orElse(List.of());
        if (admitted) {
            return outcome(new Decision.Admitted(limits));
        }
        Duration wait = reading.map(Reading::retryAfter).orElse(counted.window());
        return outcome(new Decision.Refused(wait, List.of(counted.limitName()), limits));
    }

    List<LimitState> peek(Connection.Session session, Policy policy, Key key)
            throws StoreUnavailableException, BadKeyException {
        Counted counted = counted(policy, key);
        List<Long> answer = read(session, counted, 0);
        if (answer.get(0) == PREPARE_FIRST) {
            prepare(session, counted, EACH_MEMBER);
            answer = read(session, counted, 0);
        }
        return List.of(reading(counted, answer).state());
    }

    private void prepare(Connection.Session session, Counted counted, String depth)
            throws StoreUnavailableException, BadKeyException {
        session.<Long>eval(
                prepare,
                RScript.ReturnType.LONG,
                counted.keys(),
                now(),
                text(counted.permits()),
                text(counted.window().toMillis()),
                text(counted.window().plus(KEEP).toMillis()),
                text(AHEAD.toMillis()),
                depth);
        prepared.add(counted.name(), counted.permits());
    }

    private List<Long> read(Connection.Session session, Counted counted, long cost)
            throws StoreUnavailableException, BadKeyException {
        return session.eval(
                read,
                RScript.ReturnType.LIST,
                counted.keys(),
                now(),
                text(counted.permits()),
                text(counted.window().toMillis()),
                text(counted.window().plus(KEEP).toMillis()),
                text(cost),
                text(AHEAD.toMillis()));
    }

    private static Reading reading(Counted counted, List<Long> answer) throws BadKeyException {
        long remaining = counted.permits();
        long wait = 0;
        long untilNext = 0;
        if (answer.get(0) == PREPARE_FIRST) {
            throw new BadKeyException("not the layout of Redisson " + LAYOUT);
        }
        if (answer.get(0) == KNOWN) {
            remaining = answer.get(1);
            wait = answer.get(2);
            untilNext = answer.get(3);
        }
        return new Reading(
                new LimitState(
                        counted.limitName(),
                        counted.permits(),
                        counted.window(),
                        remaining,
                        Duration.ofMillis(untilNext)),
                // A permit may have come back since the refusal.
                Duration.ofMillis(Math.max(1, wait)));
    }

    private static SharedCounts.Answer outcome(Decision decision) {
        return new SharedCounts.Answer(decision, null);
    }

    private String now() {
        return text(wallClock.getAsLong());
    }

    private static String text(long number) {
        return Long.toString(number);
    }
}
