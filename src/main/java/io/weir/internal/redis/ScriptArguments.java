package io.weir.internal.redis;

import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Period;
import io.weir.internal.count.SharedCounts.Debt;
import io.weir.internal.count.SharedCounts.Taking;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code take.lua} and {@code mend.lua} are told; what they answer is a {@link ScriptReply}.
 * Times are microseconds, in buckets that would be too large so milliseconds. Stateless.
 */
final class ScriptArguments {

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_MILLI = 1_000;

    /** Integers that Lua counts without rounding. */
    private static final long MOST = 1L << 53;

    private ScriptArguments() {}

    /** The argument of {@code take.lua}, for a policy with one limit that is no quota. */
    static String take(Taking taking) {
        Limit limit = taking.policy().limits().get(0);
        if (limit instanceof Limit.TokenBucket bucket) {
            long unit = unit(bucket);
            boolean owes = !taking.debts().isEmpty();
            long here =
                    owes && taking.debts().get(0) instanceof Debt.Level level
                            ? here(level, unit)
                            : 0;
            return "bucket " + taking.cost() + ' ' + bucket(bucket, unit) + ';' + here;
        }
        return "log " + taking.cost() + ' ' + log(limit);
    }

    /**
     * The arguments by which {@code mend.lua} takes permits.
     *
     * @param second the time, since 1970: a quota is of the period around it
     */
    static List<Object> mend(Taking taking, long second) {
        return mend("take", taking.policy(), taking.cost(), taking.debts(), second);
    }

    static List<Object> peek(Policy policy, long cost, long second) {
        return mend("peek", policy, cost, List.of(), second);
    }

    /** What costs more than was taken for it. */
    static List<Object> charge(Policy policy, long more, long second) {
        return mend("charge", policy, more, List.of(), second);
    }

    /**
     * What gives permits back.
     *
     * @param at when they were taken
     * @param marks of each limit, as the script has told them
     */
    static List<Object> giveBack(
            Policy policy, long at, long permits, List<Long> marks, long second) {
        StringBuilder taken = new StringBuilder().append(at).append(' ').append(permits);
        marks.forEach(mark -> taken.append(' ').append(mark));
        List<Object> arguments = mend("back", policy, 0, List.of(), second);
        arguments.add(taken.toString());
        return arguments;
    }

    /** Whether the script tells what an admission has taken, to be given back. */
    static boolean asksForMarks(Policy policy) {
        return policy.givesBack() || !policy.lease().isZero();
    }

    /** In how many microseconds a bucket is counted: one, where its numbers allow that. */
    static long unit(Limit.TokenBucket bucket) {
        long micros = bucket.window().toMillis() * MICROS_PER_MILLI;
        return bucket.burst() <= MOST / micros ? 1 : MICROS_PER_MILLI;
    }

    private static List<Object> mend(
            String operation, Policy policy, long cost, List<Debt> debts, long second) {
        List<Limit> limits = policy.sharedLimits();
        List<Object> arguments = new ArrayList<>(2 + limits.size());
        String back = asksForMarks(policy) ? " back " : " no ";
        arguments.add(operation + ' ' + cost + back + limits.size());
        for (int i = 0; i < limits.size(); i++) {
            Debt debt = debts.isEmpty() ? null : debts.get(i);
            arguments.add(mend(limits.get(i), debt, second));
        }
        return arguments;
    }

    private static String mend(Limit limit, @Nullable Debt debt, long second) {
        if (limit instanceof Limit.CalendarQuota quota) {
            return "quota " + quota(quota, second) + ';' + counted(debt);
        }
        if (limit instanceof Limit.TokenBucket bucket) {
            long unit = unit(bucket);
            String level = debt instanceof Debt.Level owed ? level(owed, unit) : "";
            return "bucket " + bucket(bucket, unit) + ';' + level;
        }
        return "log " + log(limit) + ';' + (debt instanceof Debt.Runs runs ? runs(runs) : "");
    }

    private static String log(Limit limit) {
        return limit.permits() + " " + (limit.window().toMillis() + 1);
    }

    private static String quota(Limit.CalendarQuota quota, long second) {
        Period is = Period.at(quota, second);
        return quota.permits() + " " + is.begin() + ' ' + is.end() + ' ' + is.next(quota).end();
    }

    private static String bucket(Limit.TokenBucket bucket, long unit) {
        long window = bucket.window().toMillis() * MICROS_PER_MILLI / unit;
        return bucket.permits() + " " + window + ' ' + bucket.burst() + ' ' + unit;
    }

    private static String counted(@Nullable Debt debt) {
        return debt instanceof Debt.Counted counted
                ? counted.begin() + " " + counted.untold() + ' ' + counted.here()
                : "";
    }

    private static String level(Debt.Level level, long unit) {
        return -Math.floorDiv(-level.untold(), NANOS_PER_MICRO * unit) + " " + here(level, unit);
    }

    private static long here(Debt.Level level, long unit) {
        return level.here() / NANOS_PER_MICRO / unit;
    }

    private static String runs(Debt.Runs runs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < runs.ages().length; i++) {
            text.append(i == 0 ? "" : " ").append(runs.ages()[i] / NANOS_PER_MICRO);
            text.append(' ').append(runs.counts()[i]);
        }
        return text.toString();
    }
}
