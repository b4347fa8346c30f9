package io.weir.servers.ejb;

/** What callers of a remote session bean see: they get copies, of exceptions too. */
public interface FarGreeter {

    /** Says hello, twice a minute. */
    String greet();
}
