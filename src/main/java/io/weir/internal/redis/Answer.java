package io.weir.internal.redis;

import java.util.List;

/**
 * What {@code limits.lua} says of one decision.
 *
 * @param values of all decisions of a round trip
 * @param first where this one's begin
 */
record Answer(List<Long> values, int first) {

    /** Of all values the first is the time, for all decisions the same. */
    static final int FIRST = 1;

    private static final int VALUES_PER_LIMIT = 4;

    /** Of the index-th of several decisions about one limit each. */
    static Answer ofEach(List<Long> values, int index) {
        return new Answer(values, FIRST + index * (1 + VALUES_PER_LIMIT));
    }

    boolean admitted() {
        return values.get(first) == 1;
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

    long mark(int limit) {
        return of(limit, 3);
    }

    private long of(int limit, int value) {
        return values.get(first + 1 + limit * VALUES_PER_LIMIT + value);
    }
}
