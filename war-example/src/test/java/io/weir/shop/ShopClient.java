package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One client of the shop: a trusted proxy (the test) says that it has an address of its own. */
final class ShopClient {

    private static final AtomicInteger CLIENTS = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern ITEM =
            Pattern.compile("\"([^\"]+)\"(?:;([a-z])=([0-9]+))?(?:;([a-z])=([0-9]+))?(?:, |$)");

    private final URI shop;
    private final String address;

    ShopClient(URI shop) {
        this(shop, CLIENTS.getAndIncrement());
    }

    private ShopClient(URI shop, int number) {
        this(shop, "198.51." + number / 250 + "." + (number % 250 + 1));
    }

    ShopClient(URI shop, String address) {
        this.shop = shop;
        this.address = address;
    }

    String address() {
        return address;
    }

    URI page() {
        return shop;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        return send(request(path).header("Accept", accept).GET());
    }

    HttpResponse<String> order(String body) throws IOException, InterruptedException {
        return order("application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> order(String contentType, byte[] body)
            throws IOException, InterruptedException {
        return send(
                request("api/orders")
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofByteArray(body)));
    }

    /** Gives a product another name; the status says whether that was allowed. */
    int rename(long id, String name, String token) throws IOException, InterruptedException {
        return tryToRename(id, name, token).statusCode();
    }

    HttpResponse<String> tryToRename(long id, String name, String token)
            throws IOException, InterruptedException {
        return send(
                request("api/products/" + id)
                        .header("Content-Type", "text/plain")
                        .header("Authorization", "Bearer " + token)
                        .PUT(BodyPublishers.ofString(name)));
    }

    /**
     * Sends what {@link HttpClient} would not.
     *
     * @param head request line and header fields, each with its line end
     * @return the status; 0 if the server hangs up without one
     */
    int raw(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), shop.getPort())) {
            socket.setSoTimeout(20_000);
            String rest =
                    "Host: localhost\r\nX-Forwarded-For: %s\r\nConnection: close\r\n\r\n"
                            .formatted(address);
            socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.shutdownOutput();
            InputStream answer = socket.getInputStream();
            String status = new String(answer.readNBytes(12), StandardCharsets.ISO_8859_1);
            if (status.isEmpty()) {
                return 0;
            }
            assertThat(status).as(head).matches("HTTP/1.1 [0-9]{3}");
            answer.readAllBytes();
            return Integer.parseInt(status.substring(9));
        }
    }

    /**
     * Reads {@code RateLimit} or {@code RateLimit-Policy}.
     *
     * @return by the limit's name, its parameters; empty without the field
     */
    static Map<String, Map<String, Long>> limits(HttpResponse<?> response, String field) {
        Map<String, Map<String, Long>> limits = new HashMap<>();
        String text = response.headers().firstValue(field).orElse("");
        Matcher item = ITEM.matcher(text);
        int end = 0;
        while (item.find() && item.start() == end) {
            Map<String, Long> parameters = new HashMap<>();
            for (int group = 2;
                    group < item.groupCount() && item.group(group) != null;
                    group += 2) {
                parameters.put(item.group(group), Long.valueOf(item.group(group + 1)));
            }
            limits.put(item.group(1), parameters);
            end = item.end();
        }
        assertThat(end)
                .as("as much of the field as can be read: %s", text)
                .isEqualTo(text.length());
        return limits;
    }

    /** What is left of a limit, as the answer says. */
    static long remaining(HttpResponse<?> response, String limit) {
        assertThat(limits(response, "RateLimit")).containsKey(limit);
        return limits(response, "RateLimit").get(limit).get("r");
    }

    /** Whether this store decides, as {@code api/client} says. */
    boolean storeIs(String name) throws IOException, InterruptedException {
        HttpResponse<String> response = get("api/client");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body().contains("\"store\":\"" + name + "\"");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(shop.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("X-Forwarded-For", address);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
