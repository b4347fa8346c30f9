package io.weir.internal.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the library: a daemon, joined at undeploy. What may be slow is done by another one
 * than what must not be late.
 */
final class BackgroundThread implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private static final Duration JOIN_FOR = Duration.ofSeconds(5);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    /**
     * Idle until something is to be done.
     *
     * @param name of the thread
     */
    BackgroundThread(String name) {
        this.name = name;
        executor = new ScheduledThreadPoolExecutor(1, this::thread);
    }

    private Thread thread(Runnable tasks) {
        Thread made = new Thread(tasks, name);
        made.setDaemon(true);
        made.setContextClassLoader(null); // or it would keep the application
        thread = made;
        return made;
    }

    void soon(Runnable task) {
        executor.execute(safely(task));
    }

    /** Waits a while until it is done; false if it is not. */
    boolean await(Runnable task, Duration wait) {
        CountDownLatch done = new CountDownLatch(1);
        soon(
                () -> {
                    task.run();
                    done.countDown();
                });
        try {
            return done.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
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
        Thread running = thread;
        try {
            // The executor calls itself terminated while its thread is still on its way out.
            if (running != null) {
                running.join(JOIN_FOR.toMillis());
                if (running.isAlive()) {
                    LOG.log(System.Logger.Level.WARNING, "The thread {0} did not end in 5 s", name);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
