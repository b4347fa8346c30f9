package io.weir.servers.ear.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS part. */
@ApplicationPath("api")
public class EarApi extends Application {}
