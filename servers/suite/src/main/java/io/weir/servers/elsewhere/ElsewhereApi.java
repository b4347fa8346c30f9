package io.weir.servers.elsewhere;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Its classes are found by scanning. */
@ApplicationPath("api")
public class ElsewhereApi extends Application {}
