package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.observer.ObserverServlet;
import io.weir.servers.observer.Registrar;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Asks a WAR beside the one under test what the server holds. */
final class Observer {

    private static final Pattern OURS =
            Pattern.compile("weir-(?!worker).*|.*(redisson|netty).*", Pattern.CASE_INSENSITIVE);
    private static final int WORKERS = 48;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Client client;

    Observer(URL url) {
        client = new Client(url);
    }

    static WebArchive war() {
        return ShrinkWrap.create(WebArchive.class, "observer.war")
                .addPackage(ObserverServlet.class.getPackage())
                .deleteClass(Registrar.class);
    }

    List<String> threadsOfTheLibrary() {
        return client.get("observer/threads")
                .body()
                .lines()
                .filter(name -> OURS.matcher(name).matches())
                .toList();
    }

    /** How many class loaders have been registered since the server started. */
    int registered() {
        return Integer.parseInt(client.get("observer/registered").body());
    }

    /**
     * How many of them are still there after a collection. A worker that is idle holds its latest
     * request on its stack, so each of them gets another one first.
     */
    int survivors() {
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        try {
            for (int i = 0; i < WORKERS; i++) {
                threads.submit(() -> client.get("observer/busy"));
            }
            threads.shutdown();
            threads.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
        }
        collect();
        return Integer.parseInt(client.get("observer/survivors").body());
    }

    private void collect() {
        String before = client.get("observer/collections").body();
        client.get("observer/collect");
        for (int i = 0; i < 100; i++) {
            LockSupport.parkNanos(400_000_000); // asking would be a request on a stack
            if (!client.get("observer/collections").body().equals(before)) {
                return;
            }
        }
        throw new IllegalStateException("No collection within 40 seconds");
    }

    /** For the table of the README: which server this is, and what of the suite runs on it. */
    void writeServer() {
        List<String> lines = client.get("observer/server").body().lines().toList();
        assertThat(lines.get(1)).isEqualTo(System.getProperty("java.runtime.version"));
        Written.write(
                "server",
                Map.of(
                        "title", System.getProperty("server.title"),
                        "differs", System.getProperty("server.differs"),
                        "left.out", System.getProperty("server.left.out"),
                        "info", lines.get(0),
                        "jdk", lines.get(1)));
    }

    /** Some servers undeploy in the background. */
    static <T> void eventually(String what, Supplier<T> actual, T expected) {
        long start = System.nanoTime();
        T last = actual.get();
        while (!last.equals(expected) && System.nanoTime() - start < PATIENCE.toNanos()) {
            LockSupport.parkNanos(100_000_000);
            last = actual.get();
        }
        assertThat(last).as(what).isEqualTo(expected);
    }
}
