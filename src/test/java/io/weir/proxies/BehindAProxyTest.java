package io.weir.proxies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.testing.LogLines;
import io.weir.testing.RealRedis;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every recipe of docs/behind-a-proxy.md: the page's blocks are what nginx, Tomcat and Weir
 * are set to, on free ports, and the page's answer is compared with what ClientIdentity says there.
 * Needs nginx, and Linux: elsewhere 127.0.0.2 is no address of the machine.
 */
@Tag("heavy")
class BehindAProxyTest {

    private static final String SERVER = "8080";
    private static final Pattern PORT = Pattern.compile("\\b808\\d\\b");
    private static final Pattern CURL =
            Pattern.compile(
                    "curl(?: --interface (\\S+))?((?: -H '[^']+')*)"
                            + " http://([^/]+):(\\d+)(/\\S*)");
    private static final Pattern FIELD = Pattern.compile("-H '([^']+)'");

    /** More than once: what is found is logged once. */
    private static final int TIMES = 3;

    @TempDir Path directory;

    @TestFactory
    Stream<DynamicTest> recipes() throws IOException {
        List<Recipe> recipes = Recipe.all();
        assertThat(recipes).isNotEmpty();
        return recipes.stream().map(recipe -> dynamicTest(recipe.name(), () -> run(recipe)));
    }

    private void run(Recipe recipe) throws Exception {
        Map<String, String> ports = new HashMap<>();
        Path own = Files.createTempDirectory(directory, "r");
        String socket = own + "/shop.sock";
        String nginxServers =
                here(String.join("\n", recipe.nginx()) + "\n", ports).replace("/run/", own + "/");
        String address = "127.0.0.1";
        if (nginxServers.contains(socket)) {
            address = socket;
        } else if (nginxServers.contains("[::1]:" + port(SERVER, ports))) {
            address = "::1";
        }
        List<String> logged;
        try (LogLines log = new LogLines("io.weir");
                ClientPage page =
                        ClientPage.started(
                                Files.createDirectory(own.resolve("tomcat")),
                                address,
                                port(SERVER, ports),
                                settings(recipe.settings()),
                                String.join("", recipe.valve()));
                Nginx nginx =
                        Nginx.started(Files.createDirectory(own.resolve("nginx")), nginxServers)) {
            for (int i = 0; i < TIMES; i++) {
                assertThat(answer(here(recipe.request(), ports)))
                        .containsExactlyElementsOf(recipe.answer());
            }
            logged = log.with("WARNING ");
        }
        assertThat(logged).hasSameSizeAs(recipe.log());
        for (int i = 0; i < logged.size(); i++) {
            assertThat(logged.get(i))
                    .matches(Pattern.quote(recipe.log().get(i)).replace("<text>", "\\E.*\\Q"));
        }
        assertThat(recipe.answer())
                .as("what is logged is a finding")
                .containsAll(
                        logged.stream().map(l -> l.replaceFirst("WARNING", "finding:")).toList());
    }

    private static Map<String, String> settings(List<String> lines) {
        Map<String, String> settings = new HashMap<>();
        for (String line : lines) {
            String[] sides = line.split(" = ", 2);
            settings.put(sides[0], sides[1]);
        }
        return settings;
    }

    private static int port(String inPage, Map<String, String> ports) {
        return Integer.parseInt(
                ports.computeIfAbsent(inPage, p -> String.valueOf(RealRedis.freePort())));
    }

    private static String here(String text, Map<String, String> ports) {
        Matcher port = PORT.matcher(text);
        return port.replaceAll(found -> String.valueOf(port(found.group(), ports)));
    }

    /** As curl would ask; understands no more of it than the page uses. */
    private static List<String> answer(String line) throws IOException {
        Matcher curl = CURL.matcher(line);
        if (!curl.matches()) {
            throw new IllegalArgumentException("not understood: " + line);
        }
        List<String> head = new ArrayList<>();
        head.add("GET " + curl.group(5) + " HTTP/1.0");
        FIELD.matcher(curl.group(2)).results().forEach(field -> head.add(field.group(1)));
        try (Socket socket = new Socket()) {
            if (curl.group(1) != null) {
                socket.bind(new InetSocketAddress(curl.group(1), 0));
            }
            socket.connect(
                    new InetSocketAddress(
                            curl.group(3).replaceAll("[\\[\\]]", ""),
                            Integer.parseInt(curl.group(4))));
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            (String.join("\r\n", head) + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String all =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(all).matches("(?s)HTTP/1\\.[01] 200 .*");
            return all.substring(all.indexOf("\r\n\r\n") + 4).lines().toList();
        }
    }
}
