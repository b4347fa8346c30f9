package io.weir.shop;

import java.io.IOException;

/** A client that searches without an end, more than it may, until it is closed. */
final class Searching implements AutoCloseable {

    private final ShopClient client;
    private final Thread thread = new Thread(this::search, "searching");
    private volatile boolean closed;

    Searching(ShopClient client) {
        this.client = client;
        thread.setDaemon(true);
        thread.start();
    }

    private void search() {
        try {
            while (!closed) {
                client.get("search?q=tea");
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // The shop has ended.
        }
    }

    /** What was sent is answered then. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
