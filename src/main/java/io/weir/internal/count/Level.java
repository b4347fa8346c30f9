package io.weir.internal.count;

import java.math.BigInteger;

/**
 * How full a bucket is: the time until it has drained, in nanoseconds and parts of one. How many
 * parts make a nanosecond is the rate's number of permits. Not negative. Immutable.
 */
record Level(long nanos, long parts) {

    static final Level EMPTY = new Level(0, 0);

    /** Of so many permits. */
    static Level of(Rate rate, long cost) {
        return new Level(rate.nanos(cost), cost * rate.rest % rate.permits);
    }

    Level plus(Level other, Rate rate) {
        long allParts = parts + other.parts;
        long sum = nanos + other.nanos + allParts / rate.permits;
        return new Level(sum < 0 ? Long.MAX_VALUE : sum, allParts % rate.permits);
    }

    Level minus(Level other, Rate rate) {
        long nanosLeft = nanos - other.nanos;
        long partsLeft = parts - other.parts;
        if (partsLeft < 0) {
            nanosLeft--;
            partsLeft += rate.permits;
        }
        return nanosLeft < 0 ? EMPTY : new Level(nanosLeft, partsLeft);
    }

    /** The same in the parts of another rate: in permits times nanoseconds both are one number. */
    Level by(Rate from, Rate to) {
        BigInteger[] level =
                BigInteger.valueOf(nanos)
                        .multiply(BigInteger.valueOf(from.permits))
                        .add(BigInteger.valueOf(parts))
                        .divideAndRemainder(BigInteger.valueOf(to.permits));
        boolean fits = level[0].bitLength() < Long.SIZE;
        return new Level(fits ? level[0].longValue() : Long.MAX_VALUE, level[1].longValue());
    }

    boolean isLessThan(Level other) {
        return nanos < other.nanos || nanos == other.nanos && parts < other.parts;
    }

    static Level lower(Level one, Level other) {
        return other.isLessThan(one) ? other : one;
    }
}
