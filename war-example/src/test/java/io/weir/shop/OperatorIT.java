package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An operator who has nothing but docs/operations.md, and two servers: why a client was refused, a
 * larger limit for ten minutes, and a reset, by curl and by JMX; and the same while Redis is away.
 * {@link ConsolePageIT} does it on the page.
 */
class OperatorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CLIENT = "203.0.113.81"; // the guide's
    private static final Map<String, String> SEARCH = Map.of("client", CLIENT, "path", "/search");

    @Test
    @SuppressWarnings("try") // Redis goes first
    void theGuideIsFollowedByCurlAndByJmx() throws Exception {
        try (ShopRedis redis = ShopRedis.started()) {
            try (ShopServer first = server("it-operator", redis);
                    ShopServer second = server("it-operator-2", redis)) {
                ConsoleClient here = new ConsoleClient(first);
                ConsoleClient there = new ConsoleClient(second);
                ShopClient client = new ShopClient(second.page(), CLIENT);
                until(() -> client.storeIs("redis"));
                follow("curl", block -> OperationsGuide.said(block, here), there, client);
                follow("jmx", block -> byJmx(first, block), there, client);
                for (String who : List.of("operator by the console", "unknown by JMX")) {
                    assertThat(audited(who)).as(who).hasSize(3); // one line for each change
                }
                until(() -> nodes(here) == 2 && nodes(there) == 2); // each shows both
                oneTellsTheTokenAndTheOtherIsAskedWithIt(here, there);
                byJmx(second, raise());
            }
            // No node is left that knows of it.
            try (ShopServer again = server("it-operator-3", redis)) {
                ConsoleClient there = new ConsoleClient(again);
                ShopClient client = new ShopClient(again.page(), CLIENT);
                until(() -> isRaised(there));
                assertThat(there.get("explain", SEARCH)).contains("unknown by JMX, ends in PT");

                redis.close();
                until(() -> client.storeIs("local"));
                assertThat(isRaised(there)).isTrue();
                freedWhileRedisIsAway("curl", block -> OperationsGuide.said(block, there), client);
                freedWhileRedisIsAway("jmx", block -> byJmx(again, block), client);
            }
        }
    }

    private interface Way {
        String says(OperationsGuide.Block block) throws Exception;
    }

    private static void follow(String kind, Way way, ConsoleClient there, ShopClient client)
            throws Exception {
        for (OperationsGuide.Block block : OperationsGuide.blocks(kind)) {
            searchUntilRefused(client);
            String said = way.says(block);
            assertThat(block.printed(said)).as("%s: %s", block, said).isTrue();
            switch (block.heading()) {
                case "Why was this client refused?" ->
                        assertThat(there.get("explain", SEARCH)).contains("\"by\":\"search\"");
                case "Free a client" -> until(() -> client.get("search").statusCode() == 200);
                default -> {
                    boolean raises = block.printed().get(0).contains("limit 10/h burst 20");
                    until(() -> isRaised(there) == raises);
                    assertThat(client.get("search").statusCode()).isEqualTo(raises ? 200 : 429);
                }
            }
        }
    }

    private static void freedWhileRedisIsAway(String kind, Way way, ShopClient client)
            throws Exception {
        searchUntilRefused(client);
        for (OperationsGuide.Block block : OperationsGuide.blocks(kind)) {
            if (block.heading().startsWith("Why")) {
                String said = way.says(block);
                assertThat(block.printed(said)).as(said).isTrue();
                assertThat(said).containsPattern("store(\":\"| = )local");
            } else if (block.heading().equals("Free a client")) {
                assertThat(way.says(block)).contains("reset on this node", "when Redis is back");
            }
        }
        assertThat(client.get("search").statusCode()).isEqualTo(200);
    }

    private static OperationsGuide.Block raise() throws IOException {
        return OperationsGuide.blocks("jmx").stream()
                .filter(block -> block.lines().get(0).startsWith("override("))
                .findFirst()
                .orElseThrow();
    }

    private static String byJmx(ShopServer server, OperationsGuide.Block block) throws Exception {
        return JConsole.says(server, block.lines().get(0));
    }

    /** Behind a balancer. */
    private static void oneTellsTheTokenAndTheOtherIsAskedWithIt(
            ConsoleClient here, ConsoleClient there) throws Exception {
        String token = ConsoleClient.text(here.get("overview", Map.of()), "token");
        HttpResponse<String> answer =
                there.send(
                        "POST",
                        "weir-console/api/reset",
                        "policy=search&key=192.0.2.99",
                        "X-Weir-Token",
                        token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** The guide's shop. */
    static ShopServer server(String name, ShopRedis redis) throws Exception {
        Map<String, String> environment = new HashMap<>(redis.environment());
        environment.put("WEIR_POLICY_SEARCH_LIMIT", "10/h burst 10");
        environment.put("WEIR_POLICY_SEARCH_CANDIDATE", "5/min");
        environment.put("WEIR_REDIS_DEADLINE", "1s"); // a busy machine is no outage
        return ShopServer.startForTest(name, environment);
    }

    static void searchUntilRefused(ShopClient client) throws Exception {
        int admitted = 0;
        while (client.get("search").statusCode() == 200) {
            assertThat(admitted++).isLessThanOrEqualTo(20);
        }
    }

    static boolean isRaised(ConsoleClient there) throws Exception {
        return there.get("explain", SEARCH).contains("\"permits\":20");
    }

    private static int nodes(ConsoleClient node) throws Exception {
        return node.get("overview", Map.of()).split("\"missedDeadlines\"", -1).length - 2;
    }

    private static List<String> audited(String who) throws IOException {
        Path log = Path.of(System.getProperty("shop.target"), "it-operator.log");
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("Operator " + who + ": policy search"))
                    .toList();
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void until(Condition condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - begun).isLessThan(PATIENCE.toNanos());
            Thread.sleep(50);
        }
    }
}
