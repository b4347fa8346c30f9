package io.weir.shop;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A script of an operator: what docs/operations.md does with curl. */
final class ConsoleClient {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ShopServer server;
    private final String authorization;

    ConsoleClient(ShopServer server) {
        this(server, "Basic " + basic(ServerKind.OPERATOR + ":" + server.password()));
    }

    /** With another header, or none. */
    ConsoleClient(ShopServer server, String authorization) {
        this.server = server;
        this.authorization = authorization;
    }

    static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.page() + path))
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    String get(String path, Map<String, String> query) throws IOException, InterruptedException {
        return send("GET", "weir-console/api/" + path + "?" + form(query), "").body();
    }

    String post(String path, Map<String, String> fields) throws IOException, InterruptedException {
        String token = text(get("overview", Map.of()), "token");
        return send("POST", "weir-console/api/" + path, form(fields), "X-Weir-Token", token).body();
    }

    static String form(Map<String, String> fields) {
        return new TreeMap<>(fields)
                .entrySet().stream()
                        .map(
                                e ->
                                        e.getKey()
                                                + "="
                                                + URLEncoder.encode(
                                                        e.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    /** The first text of that name. */
    static String text(String json, String name) {
        Matcher text = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(json);
        if (!text.find()) {
            throw new AssertionError(name + " is not in " + json);
        }
        return text.group(1);
    }
}
