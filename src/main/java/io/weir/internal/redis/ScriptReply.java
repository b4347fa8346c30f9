package io.weir.internal.redis;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What {@code take.lua} or {@code mend.lua} says of one decision.
 *
 * @param values of all decisions of a round trip
 * @param first where this one's begin
 */
record ScriptReply(List<Long> values, int first) {

    /** Of all values the first is the time, for all decisions the same. */
    static final int FIRST = 1;

    private static final int VALUES_PER_LIMIT = 3;

    /** Of the index-th of several decisions about one limit each. */
    static ScriptReply ofEach(List<Long> values, int index) {
        return new ScriptReply(values, FIRST + index * (1 + VALUES_PER_LIMIT));
    }

    /** Of the decision behind this one, about one limit each. */
    ScriptReply following() {
        return new ScriptReply(values, first + 1 + VALUES_PER_LIMIT);
    }

    boolean admitted() {
        return values.get(first) == 1;
    }

    /** The second since 1970 in which it was decided. */
    long second() {
        return TimeUnit.MICROSECONDS.toSeconds(now());
    }

    /** Nothing was decided. */
    boolean failed() {
        return values.get(first) == 2;
    }

    long now() {
        return values.get(0);
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

    /** Of an admission that can be given back. */
    List<Long> marks(int limits) {
        return List.copyOf(values.subList(first + 1 + limits * VALUES_PER_LIMIT, values.size()));
    }

    private long of(int limit, int value) {
        return values.get(first + 1 + limit * VALUES_PER_LIMIT + value);
    }
}
