package io.weir.internal.guard;

/** Lets the calling thread wait; in production it sleeps. */
@FunctionalInterface
public interface Pause {

    /**
     * Waits.
     *
     * @param nanos how long, in nanoseconds
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void sleep(long nanos) throws InterruptedException;
}
