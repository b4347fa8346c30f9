package io.weir.servers.untouched;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The resources of this package. */
@ApplicationPath("api")
public class UntouchedApi extends Application {}
