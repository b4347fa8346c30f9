package io.weir.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a Redis on 127.0.0.1, and does to their bytes what networks do.
 * Begins as a proxy that passes everything. Thread-safe.
 */
public final class LossyProxy implements AutoCloseable {

    private enum Way {
        PASS,
        SWALLOW,
        CUT
    }

    /** What happens to the bytes from now on. */
    private record Weather(Way way, Duration delay, double share) {
        static final Weather FINE = new Weather(Way.PASS, Duration.ZERO, 0);
    }

    /** The end of a connection. */
    private static final byte[] END = new byte[0];

    private record Chunk(byte[] bytes, long due) {}

    private final int target;
    private final ServerSocket listening;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Weather weather = Weather.FINE;

    private LossyProxy(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /**
     * Listens on a free port.
     *
     * @param port of 127.0.0.1, to which everything goes
     * @return the running proxy
     */
    public static LossyProxy to(int port) {
        try {
            LossyProxy proxy = new LossyProxy(port);
            thread(proxy::accept, "proxy-accept");
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Its address as the settings want it.
     *
     * @return {@code redis://127.0.0.1:PORT}
     */
    public String url() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    /** Passes everything on, but for connections that have lost bytes: those stay dead. */
    public void passEverything() {
        weather = Weather.FINE;
    }

    /**
     * Takes all bytes of both directions and passes none on; connections are still accepted. What
     * has been in this hole never comes back to life, as if a firewall had forgotten it.
     */
    public void swallow() {
        weather = new Weather(Way.SWALLOW, Duration.ZERO, 0);
    }

    /** Passes scripts on, and closes the connection instead of passing on the answer. */
    public void cutAfterScripts() {
        weather = new Weather(Way.CUT, Duration.ZERO, 0);
    }

    /**
     * Passes answers on late. What comes behind a late answer on its connection waits for it.
     *
     * @param delay how late
     * @param share of the answers that are, 1 for all
     */
    public void delay(Duration delay, double share) {
        weather = new Weather(Way.PASS, delay, share);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Link link = new Link(listening.accept());
                links.add(link);
                link.start();
            } catch (IOException e) {
                // The target is away: the client sees its connection closed.
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(listening);
        links.forEach(Link::close);
    }

    private static void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            // Nothing is lost with it.
        }
    }

    private static void thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection. */
    private final class Link {

        private final Socket client;
        private final Socket server;
        private final BlockingQueue<Chunk> answers = new LinkedBlockingQueue<>();
        private volatile boolean dead;
        private volatile boolean cut;

        Link(Socket client) throws IOException {
            this.client = client;
            try {
                server = new Socket(InetAddress.getLoopbackAddress(), target);
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
            } catch (IOException e) {
                closeQuietly(client);
                throw e;
            }
        }

        void start() {
            thread(this::requests, "proxy-requests");
            thread(this::take, "proxy-answers");
            thread(this::give, "proxy-late-answers");
        }

        private void requests() {
            try {
                InputStream in = client.getInputStream();
                OutputStream out = server.getOutputStream();
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    Way way = weather.way();
                    dead |= way == Way.SWALLOW;
                    if (way == Way.CUT && holdsScript(buffer, n)) {
                        cut = true;
                    }
                    if (!dead) {
                        out.write(buffer, 0, n);
                    }
                }
            } catch (IOException e) {
                // Closed by either end.
            }
            close();
        }

        private boolean holdsScript(byte[] buffer, int length) {
            return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("EVAL");
        }

        private void take() {
            try {
                InputStream in = server.getInputStream();
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0 && !cut; n = in.read(buffer)) {
                    Weather now = weather;
                    dead |= now.way() == Way.SWALLOW;
                    if (!dead) {
                        boolean late = ThreadLocalRandom.current().nextDouble() < now.share();
                        long due = System.nanoTime() + (late ? now.delay().toNanos() : 0);
                        answers.add(new Chunk(Arrays.copyOf(buffer, n), due));
                    }
                }
            } catch (IOException e) {
                // Closed by either end.
            }
            if (!dead) {
                answers.add(new Chunk(END, 0));
            }
        }

        @SuppressWarnings("ReferenceEquality")
        private void give() {
            try {
                OutputStream out = client.getOutputStream();
                for (Chunk next = answers.take(); next.bytes() != END; next = answers.take()) {
                    TimeUnit.NANOSECONDS.sleep(next.due() - System.nanoTime());
                    if (!dead) {
                        out.write(next.bytes());
                    }
                }
            } catch (IOException e) {
                // Closed by either end.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            close();
        }

        void close() {
            closeQuietly(client);
            closeQuietly(server);
            answers.add(new Chunk(END, 0));
            links.remove(this);
        }
    }
}
