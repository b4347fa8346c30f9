package io.weir.faults;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Policy;
import io.weir.RateLimiter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Threads that ask a limiter: some of them for one greedy client, as often as they can, the others
 * for many modest ones. Remembers every call.
 */
final class Traffic implements AutoCloseable {

    /** The greedy client. */
    static final String HOT = "203.0.113.7";

    /** One sliding window by RRateLimiter, one bucket by the script, and two windows by it. */
    static final Map<String, String> SETTINGS =
            Map.of(
                    "weir.policies", "window,bucket,both",
                    "weir.policy.window.limit", "20/4s",
                    "weir.policy.bucket.limit", "20/4s burst 10",
                    "weir.policy.both.limit", "10/s, 30/5s");

    static final List<String> POLICIES = List.of("window", "bucket", "both");

    private static final int GREEDY = 4;
    private static final int MODEST = 8;
    private static final int MODEST_CLIENTS = 200;
    private static final Duration GREEDY_PAUSE = Duration.ofMillis(1);
    private static final Duration MODEST_PAUSE = Duration.ofMillis(6);

    /**
     * One call, in nanoseconds of this JVM.
     *
     * @param decidedBy null when it threw
     */
    record Call(
            String policy,
            String client,
            long start,
            long end,
            boolean admitted,
            @Nullable DecidedBy decidedBy) {}

    /** A time in which the machine did not let a thread run that wanted to. */
    record Stall(long from, long to) {}

    /** Sees, in the thread of the call, which store decided. */
    @Singleton
    static class Watch implements DecisionListener {

        private final ThreadLocal<DecidedBy> last = new ThreadLocal<>();

        @Override
        public void decided(
                Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
            last.set(decidedBy);
        }

        @Nullable DecidedBy take() {
            DecidedBy taken = last.get();
            last.remove();
            return taken;
        }
    }

    /** A call that takes longer than any should shows where it is. */
    private static final Duration LONG = Duration.ofMillis(200);

    /** What counts as one. */
    private static final Duration STALL = Duration.ofMillis(10);

    private static final int STACKS = 5;

    private final RateLimiter limiter;
    private final Watch watch;
    private final Predicate<String> concerned;
    private final List<Thread> threads = new ArrayList<>();
    private final List<List<Call>> calls = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final AtomicLongArray calling = new AtomicLongArray(GREEDY + MODEST);
    private final List<String> stacks = new CopyOnWriteArrayList<>();
    private volatile boolean ended;
    private volatile long lastByRedis;
    private final List<Stall> stalls = new CopyOnWriteArrayList<>();

    /**
     * Begins.
     *
     * @param limiter decides
     * @param watch a listener of that limiter
     * @param concerned which keys a fault is about
     */
    Traffic(RateLimiter limiter, Watch watch, Predicate<String> concerned) {
        this.limiter = limiter;
        this.watch = watch;
        this.concerned = concerned;
        this.lastByRedis = System.nanoTime();
        for (int i = 0; i < GREEDY + MODEST; i++) {
            int number = i;
            List<Call> mine = new ArrayList<>();
            calls.add(mine);
            start(() -> ask(number, mine));
        }
        start(this::measureStalls);
    }

    private void start(Runnable work) {
        Thread thread = new Thread(work, "traffic-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void ask(int number, List<Call> mine) {
        boolean greedy = number < GREEDY;
        int client = number;
        for (int i = number; !ended; i++) {
            String policy = POLICIES.get(i % POLICIES.size());
            if (i % POLICIES.size() == 0) {
                client = (client + MODEST) % MODEST_CLIENTS;
            }
            calling.set(number, System.nanoTime());
            mine.add(call(policy, greedy ? HOT : "198.51.100." + client));
            calling.set(number, 0);
            LockSupport.parkNanos((greedy ? GREEDY_PAUSE : MODEST_PAUSE).toNanos());
        }
    }

    private Call call(String policy, String client) {
        Key key = Key.ofClient(client);
        long start = System.nanoTime();
        boolean admitted = false;
        DecidedBy decidedBy = null;
        try {
            admitted = limiter.tryAcquire(policy, key, 1) instanceof Decision.Admitted;
            decidedBy = watch.take();
        } catch (RuntimeException | Error e) {
            synchronized (thrown) {
                thrown.add(e);
            }
        }
        long end = System.nanoTime();
        // A refusal may have been remembered, an admission never is.
        if (admitted && decidedBy == DecidedBy.REDIS && concerned.test(key.text())) {
            lastByRedis = start;
        }
        return new Call(policy, client, start, end, admitted, decidedBy);
    }

    /** How long a thread that wants to do nothing but wake up each millisecond does not. */
    private void measureStalls() {
        long last = System.nanoTime();
        while (!ended) {
            LockSupport.parkNanos(1_000_000);
            long now = System.nanoTime();
            if (now - last > STALL.toNanos()) {
                stalls.add(new Stall(last, now));
            }
            last = now;
            for (int i = 0; i < calling.length(); i++) {
                long since = calling.get(i);
                if (since != 0 && now - since > LONG.toNanos() && stacks.size() < STACKS) {
                    calling.set(i, 0);
                    stacks.add(stack(threads.get(i), (now - since) / 1_000_000));
                }
            }
        }
    }

    private static String stack(Thread thread, long millis) {
        return Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("\n  ", "In a call after " + millis + " ms:\n  ", ""));
    }

    /** Where calls were that took long, the first few of them. */
    List<String> stacks() {
        return stacks;
    }

    /** When the last call began that Redis itself has admitted. */
    long lastByRedis() {
        return lastByRedis;
    }

    /** When a thread of this JVM that was ready did not run. */
    List<Stall> stalls() {
        return stalls;
    }

    /** Forgets the stalls and long calls so far. */
    void forget() {
        stalls.clear();
        stacks.clear();
    }

    /** What callers were thrown. */
    List<Throwable> thrown() {
        synchronized (thrown) {
            return List.copyOf(thrown);
        }
    }

    /** Ends the traffic; all calls, in no order. */
    List<Call> end() throws InterruptedException {
        close();
        List<Call> all = new ArrayList<>();
        calls.forEach(all::addAll);
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.join(10_000);
        }
    }
}
