package io.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** A real Redis that was started for tests, one for all of a run; it needs embedded-redis. */
public final class TestRedis {

    private static final String HOST = "127.0.0.1";

    private final int port;
    private @Nullable RedisServer server;

    private TestRedis(int port) {
        this.port = port;
    }

    static TestRedis started() {
        TestRedis redis = new TestRedis(freePort());
        redis.start();
        Runtime.getRuntime().addShutdownHook(new Thread(redis::stop, "test-redis-end"));
        return redis;
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where it listens.
     *
     * @return such as {@code redis://127.0.0.1:40001}
     */
    public String url() {
        return "redis://" + HOST + ":" + port;
    }

    /**
     * Where it listens.
     *
     * @return the port of 127.0.0.1
     */
    public int port() {
        return port;
    }

    /** Starts it, empty, after {@link #stop()}. */
    public synchronized void start() {
        if (server == null) {
            try {
                RedisServer made =
                        RedisServer.newRedisServer()
                                .port(port)
                                .bind(HOST)
                                .setting("save \"\"")
                                .build();
                made.start();
                server = made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Ends the process, and with it all that is counted there. */
    public synchronized void stop() {
        RedisServer running = server;
        if (running != null) {
            server = null;
            try {
                running.stop();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
