package io.weir.servers.untouched;

/** What goes wrong in this application. */
public class Failing extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
