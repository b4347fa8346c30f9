package io.weir.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Waits for real processes. */
final class Wait {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Wait() {}

    static void until(String what, Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            assertThat(System.nanoTime()).as("never happened: " + what).isLessThan(end);
            Thread.sleep(5);
        }
    }

    static <T> T there(@Nullable T thing) {
        if (thing == null) {
            throw new IllegalStateException("not set");
        }
        return thing;
    }
}
