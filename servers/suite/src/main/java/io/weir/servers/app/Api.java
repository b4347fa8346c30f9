package io.weir.servers.app;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS half; its classes are found by scanning. */
@ApplicationPath("api")
public class Api extends Application {}
