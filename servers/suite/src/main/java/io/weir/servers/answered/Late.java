package io.weir.servers.answered;

/** Nothing to do with limits, and thrown where nobody waits. */
public class Late extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
