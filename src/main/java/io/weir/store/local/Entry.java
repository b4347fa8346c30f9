package io.weir.store.local;

import io.weir.decision.Usage;

/** What one key has used of each limit. Its own monitor guards it. */
final class Entry {

    Usage[] usages;

    /** Whether it is one of those that newcomers share. */
    final boolean shared;

    /** Set once, when it has left the table: who waited for the monitor looks again. */
    boolean forgotten;

    Entry(Usage[] usages, boolean shared) {
        this.usages = usages;
        this.shared = shared;
    }
}
