package io.weir.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.count.SharedCounts.Mark;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisCounts;
import io.weir.internal.redis.RedisSettings;
import io.weir.testing.TlsFront;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows docs/operations.md line by line: each command is run on a real Redis, each answer and
 * each line of the log is compared with what the guide shows. The shop is a JVM of its own, started
 * anew where the guide has changed its environment.
 */
class GuideTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path ACL = Path.of("src", "test", "resources", "acl.txt");
    private static final Pattern CALLS =
            Pattern.compile("(\\d+) x (\\S+) (\\S+) ?(\\S*): (\\d+) admitted");
    private static final Pattern UNTIL = Pattern.compile("until (\\S+) (\\S+) ?(\\S*) is admitted");

    private static final Pattern READ = Pattern.compile("other nodes read of \\S+");

    @TempDir Path directory;

    private Operator operator;
    private @Nullable TlsFront tls;
    private @Nullable Shop shop;
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void begin() throws IOException {
        operator = new Operator(directory);
        Files.createDirectories(directory.resolve("classes/META-INF"));
    }

    @AfterEach
    void end() {
        if (shop != null) {
            shop.close();
        }
        if (tls != null) {
            tls.close();
        }
        operator.close();
    }

    @Test
    void followsTheGuide() throws Exception {
        List<Guide.Piece> pieces = Guide.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            Guide.Piece piece = pieces.get(i);
            switch (piece.kind()) {
                case "sh" -> {
                    boolean answered =
                            i + 1 < pieces.size() && pieces.get(i + 1).kind().equals("text");
                    run(piece, answered ? pieces.get(i + 1).lines() : List.of());
                }
                case "jmx" -> {
                    String said = running().jmx(piece.lines().get(0));
                    assertThat(said.lines())
                            .as(piece.where())
                            .containsAll(pieces.get(i + 1).lines());
                }
                case "page", "curl" -> {} // the shop's tests follow them on a server
                case "text" ->
                        assertThat(pieces.get(i - 1).kind())
                                .as(piece.where())
                                .isIn("sh", "jmx", "page", "curl");
                case "log" ->
                        assertThat(running().missing(here(piece.lines())))
                                .as(piece.where())
                                .isNull();
                case "conf" -> operator.write(piece.lines());
                case "properties" ->
                        Files.write(
                                directory.resolve("classes/META-INF/weir.properties"),
                                piece.lines());
                case "shop" -> customers(piece);
                default -> throw new AssertionError(piece.where() + " is of the kind " + piece);
            }
        }
    }

    private void run(Guide.Piece piece, List<String> expected) throws Exception {
        Pattern pattern = Guide.answer(expected);
        long until = System.nanoTime() + PATIENCE.toNanos();
        String printed = operator.run(piece.lines());
        while (!pattern.matcher(printed).matches()
                && System.nanoTime() < until
                && (Operator.onlyLook(piece.lines()) || printed.contains("NOGOODSLAVE"))) {
            Thread.sleep(100);
            printed = operator.run(piece.lines());
        }
        if (expected.isEmpty()) {
            assertThat(printed).as(piece.where()).doesNotContain("(error)");
        } else {
            assertThat(printed).as(piece.where()).matches(pattern);
        }
    }

    private List<String> here(List<String> lines) {
        return lines.stream().map(operator::here).toList();
    }

    /** A server reads its environment when it starts. */
    private Shop running() throws Exception {
        Map<String, String> now = operator.environmentOfTheShop();
        Shop before = shop;
        if (before != null && now.equals(environment)) {
            return before;
        }
        if (before != null) {
            before.close();
        }
        environment = now;
        Shop started = Shop.started(now, directory, directory.resolve("classes"));
        shop = started;
        return started;
    }

    private void customers(Guide.Piece piece) throws Exception {
        String words = piece.lines().get(0);
        Matcher calls = CALLS.matcher(words);
        Matcher until = UNTIL.matcher(words);
        if (words.equals("TLS at 6380 in front of 6379")) {
            tls();
        } else if (words.equals("nothing lost")) {
            heartbeat(piece.where());
            assertThat(running().log()).as(piece.where()).noneMatch(l -> l.contains("has lost"));
        } else if (READ.matcher(words).matches()) {
            try (RedisCounts another = another()) {
                assertThat(heard(another))
                        .as(piece.where())
                        .extracting(Mark::name)
                        .contains(words.substring("other nodes read of ".length()));
            }
        } else if (words.equals("restart")) {
            running().close();
            shop = null;
        } else if (calls.matches()) {
            int admitted = 0;
            for (int i = Integer.parseInt(calls.group(1)); i > 0; i--) {
                admitted +=
                        running().admits(calls.group(2), calls.group(3), calls.group(4)) ? 1 : 0;
            }
            assertThat(admitted).as(piece.where()).isEqualTo(Integer.parseInt(calls.group(5)));
        } else if (until.matches()) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!running().admits(until.group(1), until.group(2), until.group(3))) {
                assertThat(System.nanoTime()).as(piece.where()).isLessThan(end);
                Thread.sleep(100);
            }
        } else {
            throw new AssertionError(piece.where() + ": " + words);
        }
    }

    /** Another node of the shop, whose first heartbeat reads all resets. */
    private RedisCounts another() {
        return new RedisCounts(
                new RedisSettings(
                        RedisSettings.Topology.SINGLE,
                        List.of("redis://127.0.0.1:" + operator.port("6379")),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        PATIENCE),
                () -> "shop",
                false);
    }

    /** What it reads first; on a busy machine its first connection may need more than one try. */
    private static List<Mark> heard(RedisCounts node) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return node.probe().marks();
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    /** Waits until the node has been there again. */
    private void heartbeat(String where) throws Exception {
        List<String> look = List.of("redis-cli zrange weir:shop:nodes 0 -1 withscores");
        String before = operator.run(look);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (operator.run(look).equals(before)) {
            assertThat(System.nanoTime()).as(where).isLessThan(end);
            Thread.sleep(50);
        }
    }

    /** The server that a fresh machine has speaks no TLS; the authority is the key itself. */
    private void tls() throws Exception {
        Path keys = TlsFront.keys(directory, "ip:127.0.0.1");
        tls = new TlsFront(keys, operator.port("6379"));
        operator.port("6380", tls.port());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "not-secret".toCharArray());
        }
        Files.writeString(
                directory.resolve("redis-ca.crt"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate("k").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    /** One line, in two places. */
    @Test
    void theRightsAreThoseThatAreTested() throws Exception {
        if (Files.exists(ACL)) {
            String line =
                    Guide.pieces().stream()
                            .filter(piece -> piece.kind().equals("sh"))
                            .map(piece -> String.join("\n", piece.lines()).replace("\\\n", " "))
                            .flatMap(String::lines)
                            .filter(command -> command.startsWith("redis-cli ACL SETUSER"))
                            .findFirst()
                            .orElseThrow();
            assertThat(Arrays.asList(line.replace("'", "").split(" +", -1)))
                    .isEqualTo(
                            Arrays.asList(
                                    ("redis-cli " + Files.readString(ACL).strip()).split(" ", -1)));
        }
    }
}
