package io.weir.testing;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.SharedOverride;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisCounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the nodes share: may be taken away, made older, and emptied. Thread-safe. */
final class SharedUnderTest implements RemoteCounts {

    private static final int TRIES = 5;

    private final RemoteCounts counts;
    private final Runnable onMiss;
    private final Consumer<SharedUnderTest> onClose;
    private volatile boolean away;
    private boolean begun;

    /**
     * There.
     *
     * @param counts Redis, or memory
     * @param onMiss told when somebody asks while it is away
     * @param onClose told of the end
     */
    SharedUnderTest(RemoteCounts counts, Runnable onMiss, Consumer<SharedUnderTest> onClose) {
        this.onClose = onClose;
        this.counts = counts;
        this.onMiss = onMiss;
    }

    void away(boolean is) {
        away = is;
    }

    private void serve() throws StoreUnavailableException {
        if (away) {
            throw new StoreUnavailableException(
                    StoreUnavailableException.Kind.NOT_COUNTED, "a test has taken Redis away");
        }
    }

    @Override
    public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
            throws StoreUnavailableException {
        miss();
        return counts.take(policy, key, cost, debts, budget);
    }

    @Override
    public Answers take(Taking first, Taking second, long budget) throws StoreUnavailableException {
        miss();
        return counts.take(first, second, budget);
    }

    /** A heartbeat that was under way when Redis went may have brought it back. */
    private void miss() throws StoreUnavailableException {
        if (away) {
            onMiss.run();
        }
        serve();
    }

    @Override
    public boolean countsDebts(Policy policy) {
        return counts.countsDebts(policy);
    }

    @Override
    public Decision peek(Policy policy, Key key, long cost, long budget)
            throws StoreUnavailableException {
        miss();
        return counts.peek(policy, key, cost, budget);
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        serve();
        counts.reset(policy, key);
    }

    @Override
    public void connect() throws StoreUnavailableException {
        counts.connect();
    }

    @Override
    public Heartbeat probe() throws StoreUnavailableException {
        serve();
        return counts.probe();
    }

    @Override
    public boolean writesNoLog() {
        return counts.writesNoLog();
    }

    @Override
    public List<SharedOverride> exchange(List<SharedOverride> known)
            throws StoreUnavailableException {
        serve();
        return counts.exchange(known);
    }

    @Override
    public Map<String, String> tallies(String mine) throws StoreUnavailableException {
        serve();
        return counts.tallies(mine);
    }

    @Override
    public String node() {
        return counts.node();
    }

    @Override
    public String address() {
        return counts.address();
    }

    @Override
    public void close() {
        onClose.accept(this);
        counts.close();
    }

    /** Memory goes by the clock itself. */
    void makeOlder(Duration by, Instant before, Instant after) {
        if (counts instanceof RedisCounts redis) {
            try {
                long micros = by.plusNanos(999).toNanos() / 1_000;
                List<Object> over = new ArrayList<>();
                for (Object kind : redis.run(Scripts.QUOTAS, 0)) {
                    if (Quotas.isOver(kind.toString(), before, after)) {
                        over.add(kind);
                    }
                }
                redis.run(Scripts.OLDER, micros, over.toArray());
            } catch (StoreUnavailableException e) {
                throw new IllegalStateException("cannot make what is in Redis older", e);
            }
        }
    }

    /** It serves; what an earlier test has left there is none of this one's. */
    synchronized void begin() {
        if (!begun) {
            begun = true;
            forget();
        }
    }

    synchronized void forget() {
        if (!begun) {
            return; // nobody has asked yet
        }
        if (counts instanceof RedisCounts redis) {
            for (int tries = 1; ; tries++) { // once more does no harm, and a machine may be busy
                try {
                    redis.run(Scripts.FORGET, 0);
                    return;
                } catch (StoreUnavailableException e) {
                    if (tries == TRIES) {
                        throw new IllegalStateException("cannot forget what is in Redis", e);
                    }
                }
            }
        } else if (counts instanceof MemoryCounts memory) {
            memory.forget();
        }
    }

    private static final class Scripts {
        private static final String QUOTAS = text("quotas.lua");
        private static final String OLDER = text("older.lua");
        private static final String FORGET = text("forget.lua");

        private Scripts() {}

        private static String text(String file) {
            try (InputStream in = SharedUnderTest.class.getResourceAsStream(file)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
