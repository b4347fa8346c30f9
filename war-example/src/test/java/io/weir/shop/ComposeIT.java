package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code compose.yaml} is what the schema of Compose allows, and the commands in it do what they
 * are there for: where there is no engine they run as plain processes.
 */
class ComposeIT {

    @TempDir Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theSchemaAllowsIt() throws IOException {
        try (InputStream file = ComposeIT.class.getResourceAsStream("/compose-spec.json")) {
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(
                                    SchemaLocation.of("https://compose-spec.io/"),
                                    new ObjectMapper().readTree(file));
            assertThat(schema.validate(Compose.all())).isEmpty();
            JsonNode wrong =
                    new ObjectMapper(new YAMLFactory())
                            .readTree("services: {shop: {ports: 8080, images: x}}");
            assertThat(schema.validate(wrong)).isNotEmpty();
        }
    }

    @Test
    void theTwoShopsAreOneAndWhatIsMountedIsThere() throws IOException {
        JsonNode one = Compose.service("shop");
        JsonNode two = Compose.service("shop-2");
        assertThat(two.path("build")).isEqualTo(one.path("build"));
        assertThat(two.at("/environment/REDIS_HOST")).isEqualTo(one.at("/environment/REDIS_HOST"));
        for (JsonNode service : Compose.all().path("services")) {
            for (JsonNode volume : service.path("volumes")) {
                if (volume.asText().startsWith("./")) {
                    String file = volume.asText().split(":")[0];
                    assertThat(Compose.FILE.resolveSibling(file)).exists();
                }
            }
            for (JsonNode port : service.path("ports")) {
                assertThat(port.asText()).startsWith("127.0.0.1:");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "redis, '', no, ''",
        "redis-password, a-secret, no, ''",
        "redis-persistent, '', yes, '3600 1 300 100 60 10000'",
        "redis-master, '', no, ''",
    })
    void aRedisIsAsItsVariantSays(String service, String password, String log, String snapshots)
            throws Exception {
        int port = ShopServer.freePort();
        start(service, Map.of("${REDIS_PASSWORD:-}", password), port);
        String login = password.isEmpty() ? "" : "AUTH " + password + "\r\n";
        if (!password.isEmpty()) {
            assertThat(ask(port, "PING")).startsWith("-NOAUTH");
        }
        assertThat(ask(port, login + "CONFIG GET maxmemory")).contains("268435456");
        assertThat(ask(port, login + "CONFIG GET maxmemory-policy")).contains("allkeys-lru");
        assertThat(ask(port, login + "CONFIG GET appendonly")).contains(log);
        assertThat(ask(port, login + "CONFIG GET save"))
                .contains("save " + (snapshots.isEmpty() ? "$0" : ""));
    }

    @Test
    void aSentinelKnowsTheMasterAndItsReplica() throws Exception {
        int master = ShopServer.freePort();
        int replica = ShopServer.freePort();
        int sentinel = ShopServer.freePort();
        Map<String, String> here =
                Map.of("redis-master", "127.0.0.1", "6379", Integer.toString(master));
        start("redis-master", Map.of(), master);
        start("redis-replica", here, replica);
        start("sentinel", here, sentinel);
        String known = "";
        for (int i = 0; i < 200 && !known.contains("slaves=1"); i++) {
            Thread.sleep(100);
            known = ask(sentinel, "INFO sentinel");
        }
        assertThat(known)
                .contains("name=master,status=ok,address=127.0.0.1:" + master + ",slaves=1");
    }

    /** Runs a service's command on a port of its own, with other words in place of some. */
    private void start(String service, Map<String, String> instead, int port) throws Exception {
        List<String> command = Compose.command(service, instead);
        String redis = Compose.redisServer();
        String own = " --port %s --bind 127.0.0.1".formatted(port);
        if (command.get(0).equals("sh")) {
            String script = command.get(2).strip();
            command.set(2, script.replace("redis-server", redis) + own);
        } else {
            command.set(0, redis);
            command.addAll(List.of(own.strip().split(" ")));
        }
        Path home = Files.createDirectory(directory.resolve(service));
        started.add(
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("log").toFile())
                        .start());
        for (int i = 0; i < 200; i++) {
            try {
                ask(port, "PING");
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError(Files.readString(home.resolve("log")));
    }

    /** All that is answered, in one line. */
    private static String ask(int port, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            BufferedReader answer =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder all = new StringBuilder();
            for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                all.append(line).append(' ');
            }
            return all.toString();
        }
    }
}
