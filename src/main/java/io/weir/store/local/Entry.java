package io.weir.store.local;

import io.weir.decision.Usage;

/** What one key has used of each limit. Its own monitor guards it. */
final class Entry {

    Usage[] usages;

    /** Set once, when it has left the table: who waited for the monitor looks again. */
    boolean forgotten;

    Entry(Usage[] usages) {
        this.usages = usages;
    }
}
