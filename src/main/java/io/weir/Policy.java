package io.weir;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * A name and limits, who is told apart, what a call costs, and what is done about it. Immutable.
 *
 * <p>{@link #of} makes one with everything else at its default; the methods {@code with} make
 * another one of it.
 *
 * @param name identifies the counts: two uses share them only if they share the name
 * @param wireName the name that clients see in answers, printable ASCII
 * @param limits the limits, at least one; a request takes from all of them or from none
 * @param callers who is told apart
 * @param price what one operation costs
 * @param conduct what is done when the limits are reached, or cannot be known
 * @serial exclude
 */
public record Policy(
        String name,
        String wireName,
        List<Limit> limits,
        Callers callers,
        Price price,
        Conduct conduct)
        implements Serializable {

    /**
     * Who is told apart.
     *
     * @param key the parts of the key, at least one
     * @param foldIds whether ids of text count together that only look different
     * @serial exclude
     */
    public record Callers(List<KeySource> key, boolean foldIds) implements Serializable {

        /** Each client address by itself. */
        public static final Callers BY_CLIENT = new Callers(List.of(KeySource.CLIENT), false);

        /**
         * Copies the list.
         *
         * @param key the parts of the key
         * @param foldIds whether ids count together that only look different
         */
        public Callers {
            key = List.copyOf(key);
        }
    }

    /**
     * What one operation costs.
     *
     * @param permits how many it takes, at least 1
     * @param bean the CDI name of the {@link CostResolver} that says it instead; empty: none
     * @serial exclude
     */
    public record Price(long permits, String bean) implements Serializable {

        /** One permit. */
        public static final Price ONE = new Price(1, "");

        /** The text that a setting has for it: {@code 5}, {@code bean:weight}. */
        @Override
        public String toString() {
            return bean.isEmpty() ? Long.toString(permits) : "bean:" + bean;
        }
    }

    /**
     * What is done about a policy.
     *
     * @param mode whether refusals are carried out
     * @param onRefusal what the caller of a limited method sees
     * @param onOutage what decides while the shared store cannot
     * @param engine how it is counted in Redis
     * @param countWhen which operations keep the permits they took
     * @param failures which answers are a failure, for {@link CountWhen#FAILURE}
     * @param lease for how long at most a node takes permits of a hot key ahead of its calls, whole
     *     milliseconds up to {@link #MAX_LEASE}; zero: it never does
     * @serial exclude
     */
    public record Conduct(
            Mode mode,
            OnRefusal onRefusal,
            OnOutage onOutage,
            Engine engine,
            CountWhen countWhen,
            StatusCodes failures,
            Duration lease)
            implements Serializable {

        /** The longest lease. */
        public static final Duration MAX_LEASE = Duration.ofSeconds(10);

        /** Everything at its default. */
        public static final Conduct USUAL =
                new Conduct(
                        Mode.ENFORCE,
                        OnRefusal.THROW,
                        OnOutage.LOCAL,
                        Engine.RRATELIMITER,
                        CountWhen.ALWAYS,
                        StatusCodes.ERRORS);

        /**
         * Checks the lease.
         *
         * @param mode whether refusals are carried out
         * @param onRefusal what the caller of a limited method sees
         * @param onOutage what decides while the shared store cannot
         * @param engine how it is counted in Redis
         * @param countWhen which operations keep the permits they took
         * @param failures which answers are a failure
         * @param lease for how long at most a node takes permits ahead
         * @throws IllegalArgumentException if it is negative, too long, or no whole milliseconds
         */
        public Conduct {
            PolicyChecks.lease(lease);
        }

        /**
         * Without a lease, for what was compiled before there were any.
         *
         * @param mode whether refusals are carried out
         * @param onRefusal what the caller of a limited method sees
         * @param onOutage what decides while the shared store cannot
         * @param engine how it is counted in Redis
         * @param countWhen which operations keep the permits they took
         * @param failures which answers are a failure
         */
        public Conduct(
                Mode mode,
                OnRefusal onRefusal,
                OnOutage onOutage,
                Engine engine,
                CountWhen countWhen,
                StatusCodes failures) {
            this(mode, onRefusal, onOutage, engine, countWhen, failures, Duration.ZERO);
        }

        private Conduct with(Mode mode, CountWhen countWhen, Duration lease) {
            return new Conduct(mode, onRefusal, onOutage, engine, countWhen, failures, lease);
        }
    }

    /**
     * Checks what must hold in itself.
     *
     * @param name identifies the counts
     * @param wireName the name that clients see
     * @param limits the limits
     * @param callers who is told apart
     * @param price what one operation costs
     * @param conduct what is done
     * @throws IllegalArgumentException if it does not; the message says what was given and expected
     */
    public Policy {
        limits = List.copyOf(limits);
        PolicyChecks.policy(name, wireName, limits, callers, price);
    }

    /**
     * A policy per client address with every other attribute at its default.
     *
     * @param name identifies the counts; printable ASCII
     * @param limits the limits, at least one
     * @return the policy
     * @throws IllegalArgumentException if the name or the limits are not valid
     */
    public static Policy of(String name, Limit... limits) {
        return new Policy(name, name, List.of(limits), Callers.BY_CLIENT, Price.ONE, Conduct.USUAL);
    }

    /**
     * The same policy with other limits.
     *
     * @param limits the limits, at least one
     * @return a policy of the same name and everything else
     * @throws IllegalArgumentException if the limits are not valid
     */
    public Policy with(List<Limit> limits) {
        return new Policy(name, wireName, limits, callers, price, conduct);
    }

    /**
     * The same policy for other callers.
     *
     * @param callers who is told apart
     * @return a policy of the same name and everything else
     * @throws IllegalArgumentException if the key is empty
     */
    public Policy with(Callers callers) {
        return new Policy(name, wireName, limits, callers, price, conduct);
    }

    /**
     * The same policy at another price.
     *
     * @param price what one operation costs
     * @return a policy of the same name and everything else
     * @throws IllegalArgumentException if it is less than a permit
     */
    public Policy with(Price price) {
        return new Policy(name, wireName, limits, callers, price, conduct);
    }

    /**
     * The same policy of which something else is done.
     *
     * @param conduct what is done
     * @return a policy of the same name and everything else
     */
    public Policy with(Conduct conduct) {
        return new Policy(name, wireName, limits, callers, price, conduct);
    }

    /**
     * The same policy in another mode.
     *
     * @param mode whether refusals are carried out
     * @return a policy of the same name and everything else
     */
    public Policy with(Mode mode) {
        return with(conduct.with(mode, conduct.countWhen, conduct.lease));
    }

    /**
     * The same policy with another rule of what counts.
     *
     * @param countWhen which operations keep the permits they took
     * @return a policy of the same name and everything else
     */
    public Policy with(CountWhen countWhen) {
        return with(conduct.with(conduct.mode, countWhen, conduct.lease));
    }

    /**
     * The parts of the key.
     *
     * @return at least one
     */
    public List<KeySource> key() {
        return callers.key;
    }

    /**
     * Whether refusals are carried out.
     *
     * @return the mode
     */
    public Mode mode() {
        return conduct.mode;
    }

    /**
     * What the caller of a limited method sees.
     *
     * @return throw or skip
     */
    public OnRefusal onRefusal() {
        return conduct.onRefusal;
    }

    /**
     * How it is counted in Redis.
     *
     * @return the engine
     */
    public Engine engine() {
        return conduct.engine;
    }

    /**
     * What decides while the shared store cannot.
     *
     * @return the rule
     */
    public OnOutage onOutage() {
        return conduct.onOutage;
    }

    /**
     * Whether permits may be given back after they were taken.
     *
     * @return true unless every operation keeps them
     */
    public boolean givesBack() {
        return conduct.countWhen != CountWhen.ALWAYS;
    }

    /**
     * For how long at most a node takes permits of a hot key ahead.
     *
     * @return whole milliseconds; zero: never, as nobody wants it, a limit does not {@linkplain
     *     Limit#bears bear} it, or permits are given back
     */
    public Duration lease() {
        boolean wanted = !conduct.lease.isZero() && !givesBack(); // asked for in each decision
        boolean borne = wanted && limits.stream().allMatch(limit -> limit.bears(conduct.lease));
        return borne ? conduct.lease : Duration.ZERO;
    }

    /**
     * The limits as the nodes count them together: what is taken from these, and used up to {@link
     * #lease()} later, keeps the limits exactly.
     *
     * @return the limits, in their order
     */
    public List<Limit> sharedLimits() {
        Duration lease = lease();
        return lease.isZero()
                ? limits
                : limits.stream().map(limit -> limit.withLease(lease)).toList();
    }

    /**
     * The smallest capacity of all limits: what costs more can never pass.
     *
     * @return permits, at least 1
     */
    public long capacity() {
        return sharedLimits().stream().mapToLong(Limit::capacity).min().orElseThrow();
    }

    /**
     * The longest time after which every limit is as good as new.
     *
     * @return a positive duration
     */
    public Duration fullAfter() {
        return sharedLimits().stream().map(Limit::fullAfter).max(Duration::compareTo).orElseThrow();
    }

    /**
     * What a policy without a name of its own is called on the wire, after its first limit.
     *
     * @param limit the limit
     * @return {@code 100-in-60s}; {@code 100-in-60s-burst} for a token bucket, {@code 100-in-month}
     *     for a calendar quota
     */
    public static String wireNameOf(Limit limit) {
        return limit.permits() + "-in-" + WireName.suffix(limit);
    }

    /**
     * What one of the limits is called on the wire: the policy's wire name, followed by the window
     * where there are several ({@code orders-1s}, {@code orders-60s-burst}, {@code orders-month}).
     * Where the policy is called after its first limit, each of them is called after itself ({@code
     * 1000-in-3600s}).
     *
     * @param index which limit, from 0
     * @return the name, another one for each limit
     */
    public String limitName(int index) {
        Limit limit = limits.get(index);
        if (limits.size() == 1) {
            return wireName;
        }
        return wireName.equals(wireNameOf(limits.get(0)))
                ? wireNameOf(limit)
                : wireName + "-" + WireName.suffix(limit);
    }

    /**
     * What is known of one of the limits.
     *
     * @param index which limit, from 0
     * @param remaining permits left, at least 0
     * @param untilNext nanoseconds until one more is left, 0 when nothing is used
     * @return the state, under the limit's name on the wire
     */
    public LimitState state(int index, long remaining, long untilNext) {
        return state(index, limits.get(index).fullAfter(), remaining, untilNext);
    }

    /**
     * What is known of one of the limits in a window that has another length each time.
     *
     * @param index which limit, from 0
     * @param window how long the current one is
     * @param remaining permits left, at least 0
     * @param untilNext nanoseconds until one more is left, 0 when nothing is used
     * @return the state, under the limit's name on the wire
     */
    public LimitState state(int index, Duration window, long remaining, long untilNext) {
        return new LimitState(
                limitName(index),
                limits.get(index).capacity(),
                window,
                remaining,
                Duration.ofNanos(untilNext));
    }
}
