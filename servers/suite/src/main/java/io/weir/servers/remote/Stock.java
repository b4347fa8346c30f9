package io.weir.servers.remote;

import jakarta.ejb.Remote;

/** Kept by another application, as far as its callers know. */
@Remote
public interface Stock {

    String order();
}
