package io.weir.shop;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Everything under {@code /shop/api}. */
@ApplicationPath("/api")
public class ShopApplication extends Application {}
