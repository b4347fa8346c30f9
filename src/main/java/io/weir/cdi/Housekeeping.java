package io.weir.cdi;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The one thread of the library: a daemon that connects, pings and sweeps, joined at undeploy. */
final class Housekeeping implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                    1,
                    task -> {
                        Thread thread = new Thread(task, "weir-housekeeping");
                        thread.setDaemon(true);
                        thread.setContextClassLoader(null); // or it would keep the application
                        return thread;
                    });

    void soon(Runnable task) {
        executor.execute(safely(task));
    }

    void every(Duration pause, Runnable task) {
        schedule(task, pause, pause);
    }

    /** Begins at once, goes on for ever, and waits a while for the first success. */
    boolean everyFromNow(Duration pause, BooleanSupplier task, Duration wait) {
        CountDownLatch success = new CountDownLatch(1);
        schedule(
                () -> {
                    if (task.getAsBoolean()) {
                        success.countDown();
                    }
                },
                Duration.ZERO,
                pause);
        try {
            return success.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is thrown, and close() ends it
    private void schedule(Runnable task, Duration first, Duration pause) {
        executor.scheduleWithFixedDelay(
                safely(task), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A task that throws would not run again. */
    private static Runnable safely(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) { // whatever an application's producer throws
                LOG.log(System.Logger.Level.WARNING, "Housekeeping failed, and goes on", e);
            }
        };
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "The housekeeping thread did not end in 5 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
