package io.weir;

/** Whether a policy's refusals are carried out. */
public enum Mode {
    /** Refusals are carried out. The default. */
    ENFORCE,

    /** Everything is counted and reported, nothing is refused. */
    OBSERVE,

    /** Nothing is counted, everything passes. */
    OFF
}
