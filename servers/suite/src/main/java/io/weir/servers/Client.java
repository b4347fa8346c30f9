package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP client with an address that no other client of this run has. */
final class Client {

    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
    private static final AtomicInteger LAST = new AtomicInteger();

    private final String base;
    private final String address;

    Client(URL base) {
        this.base = base.toString();
        int n = LAST.incrementAndGet();
        this.address = "198.18." + n / 250 + "." + (n % 250 + 1);
    }

    String address() {
        return address;
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String type, String body) {
        return send(
                request(path)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A deployment does not wait for Redis for long, and a slow machine needs longer. */
    void awaitStore(String store) {
        long start = System.nanoTime();
        String decides;
        do {
            decides = get("limiter/store").body();
        } while (!decides.equals(store) && System.nanoTime() - start < 15_000_000_000L);
        assertThat(decides).isEqualTo(store);
    }

    /**
     * A request whose first line is sent as it stands; answers the status line and all after it.
     */
    String raw(URL server, String target, String... fields) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            StringBuilder request = new StringBuilder(target + " HTTP/1.1\r\n");
            request.append("Host: ").append(server.getAuthority()).append("\r\n");
            request.append("X-Forwarded-For: ").append(address).append("\r\n");
            for (String field : fields) {
                request.append(field).append("\r\n");
            }
            request.append("Content-Length: 0\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** A request as above, of an answer that may not end; answers the status line. */
    String firstLine(URL server, String target, String... fields) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(10_000);
            StringBuilder request = new StringBuilder(target + " HTTP/1.1\r\n");
            request.append("Host: ").append(server.getAuthority()).append("\r\n");
            request.append("X-Forwarded-For: ").append(address).append("\r\n");
            for (String field : fields) {
                request.append(field).append("\r\n");
            }
            request.append("\r\n");
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
            StringBuilder line = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\r';
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }

    /** Opens a web socket, sends messages and waits for what is said to each. */
    List<String> chat(String path, String... messages) throws Exception {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        WebSocket socket =
                HTTP.newWebSocketBuilder()
                        .header("X-Forwarded-For", address)
                        .buildAsync(
                                URI.create(base.replaceFirst("^http", "ws") + path),
                                new WebSocket.Listener() {
                                    @Override
                                    public CompletionStage<?> onText(
                                            WebSocket from, CharSequence text, boolean last) {
                                        said.add(text.toString());
                                        return WebSocket.Listener.super.onText(from, text, last);
                                    }
                                })
                        .get(20, TimeUnit.SECONDS);
        List<String> answers = new ArrayList<>();
        for (String message : messages) {
            socket.sendText(message, true).get(20, TimeUnit.SECONDS);
            answers.add(said.poll(20, TimeUnit.SECONDS));
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
        return answers;
    }

    /** As another client. */
    HttpResponse<String> from(String address, String path) {
        return send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("X-Forwarded-For", address)
                        .GET());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .header("X-Forwarded-For", address);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static <T> HttpResponse<T> send(
            HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return HTTP.send(request.build(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
