package io.weir.servers.app;

/** An entity that the client sends as {@code productId x quantity}. */
public record Order(long productId, int quantity) {
    public static final String TYPE = "text/x-order";
}
