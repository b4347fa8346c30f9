package io.weir.guide;

import io.weir.RateLimitExceededException;

/** Counts what a limited method admits. */
final class Calls {

    private static final int MANY = 2_000;

    private Calls() {}

    /** How many calls are made before one is refused. */
    static int admitted(Runnable call) {
        for (int calls = 0; calls < MANY; calls++) {
            try {
                call.run();
            } catch (RateLimitExceededException e) {
                return calls;
            }
        }
        return MANY;
    }

    /** Whether it is never refused. */
    static boolean isFree(Runnable call) {
        return admitted(call) == MANY;
    }
}
