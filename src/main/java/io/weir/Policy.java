package io.weir;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A name, a key and limits: what is counted, for whom, and how much of it passes. Immutable.
 *
 * @param name identifies the counts: two uses share them only if they share the name
 * @param wireName the name that clients see in answers, printable ASCII
 * @param key the parts of the key, at least one
 * @param limits the limits, at least one; a request takes from all of them or from none
 * @param cost permits that one operation takes, at least 1
 * @param costBean the CDI name of the {@link CostResolver} that says it instead; empty: none
 * @param onRefusal what the caller of a limited method sees
 * @param onOutage what decides while the shared store cannot
 * @param mode whether refusals are carried out
 * @param engine how it is counted in Redis
 * @param countWhen which operations keep the permits they took
 * @param failures which answers are a failure, for {@link CountWhen#FAILURE}
 * @param foldIds whether ids of text count together that only look different
 */
public record Policy(
        String name,
        String wireName,
        List<KeySource> key,
        List<Limit> limits,
        long cost,
        String costBean,
        OnRefusal onRefusal,
        OnOutage onOutage,
        Mode mode,
        Engine engine,
        CountWhen countWhen,
        StatusCodes failures,
        boolean foldIds)
        implements Serializable {

    /**
     * Checks what must hold in itself.
     *
     * @throws IllegalArgumentException if it does not; the message says what was given and expected
     */
    public Policy {
        key = List.copyOf(key);
        limits = List.copyOf(limits);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a policy needs a name");
        }
        if (wireName.isEmpty() || !wireName.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "wire name is \"" + wireName + "\", expected printable ASCII");
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("policy " + name + " needs a key");
        }
        if (limits.isEmpty()) {
            throw new IllegalArgumentException("policy " + name + " needs a limit");
        }
        if (cost < 1) {
            throw new IllegalArgumentException("cost is " + cost + ", expected at least 1");
        }
        Set<Object> seen = new HashSet<>();
        for (Limit limit : limits) {
            if (!seen.add(List.of(limit.getClass(), limit.window()))) {
                throw new IllegalArgumentException(
                        "policy "
                                + name
                                + " has two limits of one kind for a window of "
                                + limit.window());
            }
        }
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
        return new Policy(
                name,
                name,
                List.of(KeySource.CLIENT),
                List.of(limits),
                1,
                "",
                OnRefusal.THROW,
                OnOutage.LOCAL,
                Mode.ENFORCE,
                Engine.RRATELIMITER,
                CountWhen.ALWAYS,
                StatusCodes.ERRORS,
                false);
    }

    /**
     * The same policy with other limits.
     *
     * @param limits the limits, at least one
     * @return a policy of the same name and everything else
     * @throws IllegalArgumentException if the limits are not valid
     */
    public Policy with(List<Limit> limits) {
        return new Policy(
                name, wireName, key, limits, cost, costBean, onRefusal, onOutage, mode, engine,
                countWhen, failures, foldIds);
    }

    /**
     * The same policy in another mode.
     *
     * @param mode whether refusals are carried out
     * @return a policy of the same name and everything else
     */
    public Policy with(Mode mode) {
        return new Policy(
                name, wireName, key, limits, cost, costBean, onRefusal, onOutage, mode, engine,
                countWhen, failures, foldIds);
    }

    /**
     * The same policy with another rule of what counts.
     *
     * @param countWhen which operations keep the permits they took
     * @return a policy of the same name and everything else
     */
    public Policy with(CountWhen countWhen) {
        return new Policy(
                name, wireName, key, limits, cost, costBean, onRefusal, onOutage, mode, engine,
                countWhen, failures, foldIds);
    }

    /**
     * Whether permits may be given back after they were taken.
     *
     * @return true unless every operation keeps them
     */
    public boolean givesBack() {
        return countWhen != CountWhen.ALWAYS;
    }

    /**
     * The smallest capacity of all limits: what costs more can never pass.
     *
     * @return permits, at least 1
     */
    public long capacity() {
        return limits.stream().mapToLong(Limit::capacity).min().orElseThrow();
    }

    /**
     * The longest time after which every limit is as good as new.
     *
     * @return a positive duration
     */
    public Duration fullAfter() {
        return limits.stream().map(Limit::fullAfter).max(Duration::compareTo).orElseThrow();
    }

    /**
     * What a policy without a name of its own is called on the wire, after its first limit.
     *
     * @param limit the limit
     * @return {@code 100-in-60s}; {@code 100-in-60s-burst} for a token bucket
     */
    public static String wireNameOf(Limit limit) {
        return limit.permits() + "-in-" + suffix(limit);
    }

    /**
     * What one of the limits is called on the wire: the policy's wire name, followed by the window
     * where there are several ({@code orders-1s}, {@code orders-60s-burst}). Where the policy is
     * called after its first limit, each of them is called after itself ({@code 1000-in-3600s}).
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
                : wireName + "-" + suffix(limit);
    }

    private static String suffix(Limit limit) {
        long millis = limit.window().toMillis();
        String window = millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
        return limit instanceof Limit.TokenBucket ? window + "-burst" : window;
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
        Limit limit = limits.get(index);
        return new LimitState(
                limitName(index),
                limit.capacity(),
                limit.fullAfter(),
                remaining,
                Duration.ofNanos(untilNext));
    }
}
