package io.weir.servers.enforced;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Its classes are found by scanning. */
@ApplicationPath("api")
public class EnforcedApi extends Application {}
