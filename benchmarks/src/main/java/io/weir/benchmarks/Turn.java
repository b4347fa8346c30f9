package io.weir.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One candidate in a JVM of its own, which decides for as long as it is told to: for each line with
 * a number of milliseconds it answers one with decisions, nanoseconds and bytes allocated. Ends
 * with its input.
 */
final class Turn {

    private final Take take;
    private final int keys;
    private final int threads;
    private final ExecutorService executor;
    private volatile boolean over;

    /** One decision for the key of an index. */
    interface Take {
        Object of(int index);
    }

    /** How much of everything. */
    record Sizes(int threads, int keys, int permits, int policies) {}

    private Turn(Take take, Sizes sizes) {
        this.take = take;
        this.keys = sizes.keys();
        this.threads = sizes.threads();
        this.executor = Executors.newFixedThreadPool(threads);
    }

    /** Arguments: the address of Redis, or none; the candidate; the sizes. */
    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, thrown) -> {
                    thrown.printStackTrace();
                    System.exit(1); // or the threads of a client would go on
                });
        Sizes sizes =
                new Sizes(
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]),
                        Integer.parseInt(arguments[5]));
        Take take =
                arguments[0].equals(Turns.NO_REDIS)
                        ? new Local(sizes).candidate(arguments[1])
                        : new Shared(sizes, arguments[0]).candidate(arguments[1]);
        Turn turn = new Turn(take, sizes);
        turn.each();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(turn.of(Long.parseLong(line)));
        }
        System.exit(0);
    }

    /** Every key once. */
    private void each() throws Exception {
        List<Future<?>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = i;
            parts.add(
                    executor.submit(
                            () -> {
                                for (int key = first; key < keys; key += threads) {
                                    take.of(key);
                                }
                            }));
        }
        for (Future<?> part : parts) {
            part.get();
        }
    }

    private String of(long millis) throws Exception {
        over = false;
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Long>> counts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            counts.add(executor.submit(() -> decide(ready, start)));
        }
        ready.await();
        long bytes = allocated();
        long begin = System.nanoTime();
        start.countDown();
        Thread.sleep(millis);
        over = true;
        long decisions = 0;
        for (Future<Long> count : counts) {
            decisions += count.get();
        }
        long nanos = System.nanoTime() - begin;
        return decisions + " " + nanos + " " + (allocated() - bytes);
    }

    private long decide(CountDownLatch ready, CountDownLatch start) throws InterruptedException {
        Blackhole blackhole =
                new Blackhole(
                        "Today's password is swordfish. I understand instantiating Blackholes"
                                + " directly is dangerous.");
        Walk walk = new Walk();
        ready.countDown();
        start.await();
        long decisions = 0;
        while (!over) {
            blackhole.consume(take.of(walk.next(keys)));
            decisions++;
        }
        return decisions;
    }

    /** By all threads, those of a client of Redis among them. */
    private static long allocated() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
