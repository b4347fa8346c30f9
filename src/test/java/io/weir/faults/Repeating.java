package io.weir.faults;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Does one thing again and again, in a thread of its own, until it is closed. */
final class Repeating implements AutoCloseable {

    /** What is done. */
    interface Work {
        void run() throws Exception;
    }

    private final Thread thread;
    private volatile boolean ended;
    private volatile @Nullable Exception failed;

    Repeating(Duration pause, Work work) {
        thread = new Thread(() -> repeat(pause, work), "repeating");
        thread.setDaemon(true);
        thread.start();
    }

    private void repeat(Duration pause, Work work) {
        try {
            while (!ended) {
                work.run();
                Thread.sleep(pause.toMillis());
            }
        } catch (Exception e) {
            failed = e;
        }
    }

    /** Ends it; throws what the work threw. */
    @Override
    public void close() throws Exception {
        ended = true;
        thread.join(10_000);
        Exception thrown = failed;
        failed = null;
        if (thrown != null) {
            throw thrown;
        }
    }
}
