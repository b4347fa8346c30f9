package io.weir.internal.address;

import io.weir.internal.count.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * Passes on what looks misconfigured about proxies: each kind of {@linkplain Client#findings()
 * finding} at once, and again every 10 minutes while it is seen.
 *
 * <p>A proxy that names no client, and a chain of trusted hops alone, are passed on only if no
 * client behind a proxy was told apart since the last time, and not in the first minute: a sound
 * set-up has them now and then, as for health checks.
 *
 * <p>Thread-safe, without locks; its memory does not grow. A client without findings costs a
 * comparison and a read.
 */
final class ProxyWarnings {

    private static final long EVERY = TimeUnit.MINUTES.toNanos(10);
    private static final long FIRST_MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int KINDS = Finding.values().length;

    private final Ticker ticker;
    private final Consumer<String> warn;

    /** When each kind was last passed on; the entry after the last is for unknown ones. */
    private final AtomicLongArray last = new AtomicLongArray(KINDS + 1);

    /**
     * A bit for each kind: set when the kind is looked at, cleared when a client behind a proxy is
     * told apart.
     */
    private final AtomicInteger nobodySince = new AtomicInteger(-1);

    ProxyWarnings(Ticker ticker, Consumer<String> warn) {
        this.ticker = ticker;
        this.warn = warn;
        long longAgo = ticker.nanoTime() - EVERY;
        for (int i = 0; i <= KINDS; i++) {
            boolean patient = i < KINDS && Finding.values()[i].normalNowAndThen();
            last.set(i, patient ? longAgo + FIRST_MINUTE : longAgo);
        }
    }

    /** Looks at the findings of a request's client. */
    void saw(Client client) {
        boolean toldApart = !client.address().equals(client.peer());
        for (String finding : client.findings()) {
            Finding kind = Finding.of(finding);
            boolean patient = kind != null && kind.normalNowAndThen();
            toldApart &= !patient;
            int index = kind == null ? KINDS : kind.ordinal();
            if (isDue(index) && (!patient || nobodyWasToldApart(index))) {
                warn.accept(finding);
            }
        }
        if (toldApart && nobodySince.get() != 0) {
            nobodySince.set(0);
        }
    }

    private boolean isDue(int index) {
        long now = ticker.nanoTime();
        long before = last.get(index);
        return now - before >= EVERY && last.compareAndSet(index, before, now);
    }

    private boolean nobodyWasToldApart(int index) {
        int bit = 1 << index;
        return (nobodySince.getAndUpdate(bits -> bits | bit) & bit) != 0;
    }
}
