package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Redis forgets several times a second what it has counted, and a client who orders as fast as he
 * can gets no more for it: one node never admits more than the limits say.
 *
 * <p>It is counted from outside, as what certainly lies within one window. The shop has decided
 * between the sending of a request and the receipt of its answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgettingRedisIT {

    private static final int THREADS = 8;
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final Duration EACH =
            Duration.ofSeconds(Integer.getInteger("forgetting.seconds", 3));
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * What a policy promises.
     *
     * @param perSecond of its shorter limit
     * @param burst of that, 0 for a sliding window
     * @param longer how many permits the limit has whose window is longer than this test
     * @param network the clients that it is for
     */
    private record Promise(String limits, int perSecond, int burst, int longer, String network) {

        /** The most that it admits in any time of this length. */
        long within(Duration time) {
            double seconds = time.toNanos() / 1e9;
            double most = burst == 0 ? perSecond * Math.ceil(seconds) : burst + perSecond * seconds;
            return Math.min((long) most, longer);
        }

        @Override
        public String toString() {
            return limits;
        }
    }

    private enum Forgetting {
        DEL {
            @Override
            void let(ShopRedis redis, List<String> counts) throws IOException {
                if (!counts.isEmpty()) {
                    redis.ask("DEL " + String.join(" ", counts));
                }
            }
        },
        FLUSHALL {
            @Override
            void let(ShopRedis redis, List<String> counts) throws IOException {
                redis.ask("FLUSHALL");
            }
        };

        abstract void let(ShopRedis redis, List<String> counts) throws IOException;
    }

    private record Answer(int status, long sent, long received) {}

    /** The connection of one thread. {@code HttpClient} needs several times the machine. */
    private static final class Ordering implements Closeable {

        private final URI shop;
        private final byte[] request;
        private Socket socket;
        private InputStream in;

        Ordering(URI shop, String address) throws IOException {
            this.shop = shop;
            socket = new Socket();
            in = InputStream.nullInputStream();
            connect();
            String body = ShopContract.ORDER;
            request =
                    ("POST /shop/api/orders HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: "
                                    + address
                                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length()
                                    + "\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.ISO_8859_1);
        }

        private void connect() throws IOException {
            socket.close();
            socket = new Socket(shop.getHost(), shop.getPort());
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        Answer order() throws IOException {
            long sent = System.nanoTime();
            socket.getOutputStream().write(request);
            int status = Integer.parseInt(line().split(" ")[1]);
            int length = -1;
            boolean last = false; // of this connection: Tomcat closes it after a hundred
            boolean chunks = false; // Payara sends a refusal so
            for (String field = line(); !field.isEmpty(); field = line()) {
                if (field.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(field.substring(15).trim());
                }
                last |= field.equalsIgnoreCase("connection: close");
                chunks |= field.equalsIgnoreCase("transfer-encoding: chunked");
            }
            do {
                length = chunks ? Integer.parseInt(line(), 16) : length;
                if (length < 0 || in.readNBytes(length).length < length) {
                    throw new IOException("half an answer, " + status);
                }
            } while (chunks && !(line().isEmpty() && length == 0));
            Answer answer = new Answer(status, sent, System.nanoTime());
            if (last) {
                connect();
            }
            return answer;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException();
                }
                line.append((char) next);
            }
            return line.toString().trim();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final List<Promise> PROMISES =
            List.of(
                    new Promise("600/min burst 50, 5000/day", 10, 50, 5_000, "198.18.1."),
                    new Promise("10/s, 1000/h", 10, 0, 1_000, "198.18.0."),
                    new Promise("500/s burst 100", 500, 100, Integer.MAX_VALUE, "198.18.2."));

    private ShopRedis redis;
    private ShopServer server;

    /** The orders have a policy for each network instead of their own. */
    @BeforeAll
    void start() throws Exception {
        redis = ShopRedis.started();
        Map<String, String> settings = new HashMap<>(redis.environment());
        // A busy machine is no outage: a node that decides alone forgets nothing.
        settings.put("WEIR_REDIS_DEADLINE", "1s");
        settings.put("WEIR_POLICY_ORDERS_MODE", "off");
        settings.put("WEIR_POLICIES", "orders-0, orders-1, orders-2");
        for (int i = 0; i < PROMISES.size(); i++) {
            Promise promise = PROMISES.get(i);
            String policy = "WEIR_POLICY_ORDERS_" + i;
            settings.put(policy + "_PATH", "/api/orders");
            settings.put(policy + "_LIMIT", promise.limits());
            settings.put(
                    policy + "_EXEMPT_NETWORKS",
                    PROMISES.stream()
                            .filter(other -> other != promise)
                            .map(other -> other.network() + "0/24")
                            .collect(Collectors.joining(", ")));
        }
        server = ShopServer.startForTest("it-forgetting", settings);
        long begun = System.nanoTime();
        while (!new ShopClient(server.page()).storeIs("redis")) {
            assertThat(System.nanoTime() - begun).isLessThan(PATIENCE.toNanos());
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    /** By the way of forgetting: a node may be more careful for a window once all was flushed. */
    static Stream<Arguments> cases() {
        return Stream.of(Forgetting.values())
                .flatMap(
                        forgetting ->
                                PROMISES.stream().map(promise -> arguments(promise, forgetting)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nobodyGetsMoreForIt(Promise promise, Forgetting forgetting) throws Exception {
        String client = promise.network() + (1 + forgetting.ordinal());
        int forgotten = 0;
        List<Answer> answers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            long end = System.nanoTime() + EACH.toNanos();
            List<Future<List<Answer>>> clients = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                clients.add(threads.submit(() -> answersUntil(end, client)));
            }
            while (System.nanoTime() < end) {
                Thread.sleep(PAUSE.toMillis());
                List<String> counts = counts(redis);
                forgetting.let(redis, counts);
                forgotten += counts.size();
            }
            for (Future<List<Answer>> one : clients) {
                answers.addAll(one.get());
            }
        } finally {
            threads.shutdownNow();
        }

        List<Answer> admitted = answers.stream().filter(a -> a.status() == 201).toList();
        long refused = answers.stream().filter(a -> a.status() == 429).count();
        Duration run = length(answers);
        int most = mostWithin(SECOND, admitted);
        System.out.printf(
                "%-27s %-8s %3d keys forgotten; in a second %4d of %3d,"
                        + " in all %5d of %5d; %d refused, %d others%n",
                promise,
                forgetting,
                forgotten,
                most,
                promise.within(SECOND),
                admitted.size(),
                promise.within(run),
                refused,
                answers.size() - admitted.size() - refused);
        assertThat(forgotten).as("keys forgotten").isPositive();
        assertThat(admitted.size() + refused).as("answers of 201 or 429").isEqualTo(answers.size());
        assertThat(refused == 0 && answers.size() > promise.within(run))
                .as("all of more than was promised admitted")
                .isFalse();
        assertThat((long) most)
                .as("admitted in a second")
                .isLessThanOrEqualTo(promise.within(SECOND));
        assertThat((long) admitted.size())
                .as("admitted in all")
                .isBetween(promise.within(SECOND) / 10, promise.within(run));
    }

    private List<Answer> answersUntil(long end, String client) throws IOException {
        List<Answer> answers = new ArrayList<>();
        try (Ordering ordering = new Ordering(server.page(), client)) {
            while (System.nanoTime() < end) {
                answers.add(ordering.order());
            }
        }
        return answers;
    }

    /** Every key but those in which nothing is counted. */
    private static List<String> counts(ShopRedis redis) throws IOException {
        return redis.ask("KEYS weir:*").stream()
                .filter(key -> !key.endsWith(":nodes") && !key.endsWith(":resets"))
                .toList();
    }

    private static Duration length(List<Answer> answers) {
        return Duration.ofNanos(
                answers.stream().mapToLong(Answer::received).max().orElse(0)
                        - answers.stream().mapToLong(Answer::sent).min().orElse(0));
    }

    /** The most of them that certainly lie within one window of this length. */
    private static int mostWithin(Duration window, List<Answer> admitted) {
        List<Answer> inOrder =
                admitted.stream().sorted(Comparator.comparingLong(Answer::sent)).toList();
        int most = 0;
        for (int first = 0; first < inOrder.size(); first++) {
            long end = inOrder.get(first).sent() + window.toNanos();
            int within = 0;
            for (int i = first; i < inOrder.size() && inOrder.get(i).sent() - end < 0; i++) {
                within += inOrder.get(i).received() - end < 0 ? 1 : 0;
            }
            most = Math.max(most, within);
        }
        return most;
    }

    @Test
    void whatMayLieOutsideOfAWindowIsNotCounted() {
        long ms = 1_000_000;
        List<Answer> admitted =
                List.of(
                        new Answer(201, 500 * ms, 1_000 * ms), // ends with the first one's window
                        new Answer(201, 0, 900 * ms),
                        new Answer(201, 1, 999 * ms),
                        new Answer(201, 950 * ms, 1_490 * ms));

        assertThat(mostWithin(SECOND, admitted)).isEqualTo(2);
        assertThat(mostWithin(Duration.ofMillis(900), admitted)).isEqualTo(1);
        assertThat(mostWithin(Duration.ofMillis(1_001), admitted)).isEqualTo(3);
        assertThat(mostWithin(Duration.ofSeconds(2), admitted)).isEqualTo(4);
    }
}
