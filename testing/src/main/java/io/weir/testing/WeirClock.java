package io.weir.testing;

import java.time.Duration;

/** The clock of all limits of a test. It stands still. */
public interface WeirClock {

    /**
     * Moves it. What is counted in Redis becomes so much older.
     *
     * @param by how far, not negative
     */
    void advance(Duration by);
}
