package io.weir.servers.ear.second;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS part. */
@ApplicationPath("api")
public class SecondApi extends Application {}
