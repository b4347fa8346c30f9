package io.weir.servers.answered;

/** Nothing to do with limits. */
public class Broken extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
