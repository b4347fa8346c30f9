package io.weir.shop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A real Chromium without a screen, by Debian's {@code chromium-driver} (W3C WebDriver). */
final class Chromium implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String base;
    private final String session;

    Chromium() throws IOException, InterruptedException {
        int port = ShopServer.freePort();
        base = "http://127.0.0.1:" + port;
        try {
            driver =
                    new ProcessBuilder("chromedriver", "--port=" + port)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new IOException(
                    "Debian's chromium and chromium-driver have to be on the PATH", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(driver::destroyForcibly));
        session = begin();
    }

    private String begin() throws IOException, InterruptedException {
        Map<String, Object> options =
                Map.of(
                        "args",
                        List.of(
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--window-size=1280,1000"));
        Map<String, Object> wanted =
                Map.of(
                        "capabilities",
                        Map.of("alwaysMatch", Map.of("goog:chromeOptions", options)));
        for (int attempt = 0; ; attempt++) {
            try {
                return send("POST", "/session", wanted).get("sessionId").asText();
            } catch (java.net.ConnectException e) {
                if (attempt == 100) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    private JsonNode send(String method, String path, Object body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        JsonNode value = JSON.readTree(answer.body()).get("value");
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + value.get("message").asText());
        }
        return value;
    }

    private JsonNode inSession(String method, String path, Object body)
            throws IOException, InterruptedException {
        return send(method, "/session/" + session + path, body);
    }

    void open(String url) throws IOException, InterruptedException {
        inSession("POST", "/url", Map.of("url", url));
    }

    /** As somebody has set the system: {@code light} or {@code dark}. */
    void prefers(String scheme) throws IOException, InterruptedException {
        Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        devtools("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** A window of this size. */
    void size(int width, int height) throws IOException, InterruptedException {
        Map<String, Object> metrics =
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false);
        devtools("Emulation.setDeviceMetricsOverride", metrics);
    }

    /** What a screen reader is told of: role and name of each thing. */
    List<String> accessible() throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        for (JsonNode node : devtools("Accessibility.getFullAXTree", Map.of()).get("nodes")) {
            if (!node.path("ignored").asBoolean()) {
                String role = node.path("role").path("value").asText();
                all.add(role + " " + node.path("name").path("value").asText().strip());
            }
        }
        return all;
    }

    private JsonNode devtools(String command, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        return inSession("POST", "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    /** What a script gives back. */
    JsonNode run(String script, Object... arguments) throws IOException, InterruptedException {
        return inSession(
                "POST", "/execute/sync", Map.of("script", script, "args", List.of(arguments)));
    }

    /** The element that a screen reader calls so. */
    private String named(String name) throws IOException, InterruptedException {
        for (JsonNode one :
                inSession(
                        "POST",
                        "/elements",
                        Map.of(
                                "using",
                                "css selector",
                                "value",
                                "dialog[open] input, dialog[open] select, dialog[open] button,"
                                        + " body:not(:has(dialog[open])) :is(input, select, button)"))) {
            String id = one.get(ELEMENT).asText();
            String label = inSession("GET", "/element/" + id + "/computedlabel", null).asText();
            if (label.strip().equals(name)) {
                return id;
            }
        }
        throw new AssertionError("nothing is called \"" + name + "\"");
    }

    private interface Deed {
        void on(String id) throws IOException, InterruptedException;
    }

    /** The page makes its rows anew from time to time: an element may be gone before it is used. */
    private void on(String name, Deed deed) throws IOException, InterruptedException {
        for (int again = 0; ; again++) {
            try {
                deed.on(named(name));
                return;
            } catch (AssertionError e) {
                if (again == 5 || !String.valueOf(e.getMessage()).contains("stale element")) {
                    throw e;
                }
            }
        }
    }

    void type(String name, String text) throws IOException, InterruptedException {
        on(
                name,
                id -> {
                    inSession("POST", "/element/" + id + "/clear", Map.of());
                    inSession("POST", "/element/" + id + "/value", Map.of("text", text));
                });
    }

    /** By the keyboard. */
    void press(String name) throws IOException, InterruptedException {
        on(name, id -> inSession("POST", "/element/" + id + "/value", Map.of("text", "\uE007")));
    }

    /** A key, wherever the focus is; what then has it, as a screen reader calls it. */
    String key(String key) throws IOException, InterruptedException {
        List<Map<String, String>> presses =
                List.of(
                        Map.of("type", "keyDown", "value", key),
                        Map.of("type", "keyUp", "value", key));
        Map<String, Object> keyboard = Map.of("type", "key", "id", "keys", "actions", presses);
        inSession("POST", "/actions", Map.of("actions", List.of(keyboard)));
        return focused();
    }

    String focused() throws IOException, InterruptedException {
        String id = inSession("GET", "/element/active", null).get(ELEMENT).asText();
        return inSession("GET", "/element/" + id + "/computedlabel", null).asText().strip();
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        byte[] png = Base64.getDecoder().decode(inSession("GET", "/screenshot", null).asText());
        Files.write(file, png);
    }

    @Override
    public void close() throws IOException {
        try {
            inSession("DELETE", "", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.destroy();
        }
    }
}
