package io.weir.internal.edge.cdi;

import io.weir.Decision;
import io.weir.RateLimiter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * Threads that ask as fast as they can, for some time from a moment on: {@code limiter AT MILLIS}
 * or {@code incr URL AT MILLIS}. AT is a reading of the clock of the machine, in nanoseconds, which
 * all JVMs on Linux share. The answer is the number of calls, the 99th percentile of their time in
 * nanoseconds, and for each millisecond how many admitted calls have begun and have ended in it.
 */
final class Spin {

    private static final int THREADS = 8;

    private final long at;
    private final int millis;
    private final int[][] begun;
    private final int[][] ended;
    private final long[][] times = new long[THREADS][512];
    private final long[] calls = new long[THREADS];

    private Spin(long at, int millis) {
        this.at = at;
        this.millis = millis;
        begun = new int[THREADS][millis + 1];
        ended = new int[THREADS][millis + 1];
    }

    static String of(String line, RateLimiter limiter) {
        String[] words = line.split(" ");
        Spin spin =
                new Spin(
                        Long.parseLong(words[words.length - 2]),
                        Integer.parseInt(words[words.length - 1]));
        if (words[0].equals("limiter")) {
            return spin.run(() -> limiter.tryAcquire("outage", "hot") instanceof Decision.Admitted);
        }
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE); // the usual one is not here
        config.useSingleServer().setAddress(words[1]);
        RedissonClient client = Redisson.create(config);
        try {
            RAtomicLong count = client.getAtomicLong("incr");
            return spin.run(() -> count.incrementAndGet() > 0);
        } finally {
            client.shutdown();
        }
    }

    private String run(BooleanSupplier call) {
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int mine = i;
            threads[i] = new Thread(() -> ask(call, mine));
            threads[i].start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long all = Arrays.stream(calls).sum();
        return all + " " + percentile(all) + " " + text(begun) + " " + text(ended);
    }

    private void ask(BooleanSupplier call, int mine) {
        while (System.nanoTime() - at < 0) {
            Thread.onSpinWait();
        }
        long end = at + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long from = System.nanoTime(); from - end < 0; ) {
            boolean admitted = call.getAsBoolean();
            long to = System.nanoTime();
            calls[mine]++;
            times[mine][slot(to - from)]++;
            if (admitted) {
                begun[mine][milli(from)]++;
                ended[mine][milli(to)]++;
            }
            from = to;
        }
    }

    private int milli(long time) {
        return (int) Math.min(millis, (time - at) / 1_000_000);
    }

    /** Eight for each power of two. */
    private static int slot(long nanos) {
        int log = 63 - Long.numberOfLeadingZeros(Math.max(8, nanos));
        return 8 * log + (int) (nanos >>> (log - 3)) % 8;
    }

    private long percentile(long all) {
        long seen = 0;
        for (int slot = 0; slot < 512; slot++) {
            for (long[] mine : times) {
                seen += mine[slot];
            }
            if (seen >= all * 0.99) {
                return (8L + slot % 8 + 1) << (slot / 8 - 3);
            }
        }
        return Long.MAX_VALUE;
    }

    private static String text(int[][] counts) {
        int[] sum = new int[counts[0].length];
        for (int[] mine : counts) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += mine[i];
            }
        }
        return Arrays.stream(sum)
                .mapToObj(n -> String.format(Locale.ROOT, "%s", n))
                .collect(Collectors.joining(","));
    }
}
