package io.weir.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Goes through the keys in no order; each thread has its own. */
@State(Scope.Thread)
public class Walk {

    private int seed = (int) System.nanoTime() | 1;

    int next(int bound) {
        seed ^= seed << 13;
        seed ^= seed >>> 17;
        seed ^= seed << 5;
        return (int) ((seed & 0xffffffffL) * bound >>> 32);
    }
}
