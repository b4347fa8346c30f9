package io.weir.testing;

import io.weir.Decision;
import io.weir.RateLimiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * An application in a server, asked from outside. In an EAR whose web modules have the library
 * each, the kit is in each of them, too: clocks move together, and a question goes to the first
 * module that knows the policy.
 */
final class RemoteBench implements Bench {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token;

    /** One for each clock. */
    private final Collection<URI> endpoints;

    /**
     * At the web modules of one application. It is reset.
     *
     * @param bases where they are, with a slash at the end
     * @param token of the run
     */
    RemoteBench(Collection<URI> bases, String token) {
        this.token = token;
        Map<String, URI> clocks = new LinkedHashMap<>();
        IllegalStateException missing = null;
        for (URI base : bases) {
            URI endpoint = base.resolve(Endpoint.PATH.substring(1));
            try {
                clocks.putIfAbsent(send(endpoint, "do", "reset"), endpoint);
            } catch (IllegalStateException e) { // a module of an EAR may be without the library
                missing = e;
            }
        }
        if (clocks.isEmpty() && missing != null) {
            throw missing;
        }
        endpoints = clocks.values();
    }

    @Override
    public void advance(Duration by) {
        String nanos = String.valueOf(Bench.checked(by).toNanos());
        endpoints.forEach(endpoint -> send(endpoint, "do", "advance", "nanos", nanos));
    }

    @Override
    public void outage(boolean away) {
        String text = String.valueOf(away);
        endpoints.forEach(endpoint -> send(endpoint, "do", "outage", "away", text));
    }

    @Override
    public void reset() {
        endpoints.forEach(endpoint -> send(endpoint, "do", "reset"));
    }

    @Override
    public void enter(Who who) {
        // It goes along with each request; no bean is called from here.
    }

    @Override
    public Decision take(Who who, Request request) {
        return Wire.decision(ask("take", who, request));
    }

    @Override
    public String describe(Who who, Request request) {
        return ask("describe", who, request);
    }

    @Override
    public RateLimiter limiter() {
        throw new UnsupportedOperationException("the limiter is in the server: inject it there");
    }

    private String ask(String what, Who who, Request request) {
        if (request.object().isPresent()) {
            throw new IllegalArgumentException(
                    "the policy %s is an object of this JVM, expected the name of one that the"
                                    .formatted(request.policy())
                            + " application declares");
        }
        List<String> pairs = new ArrayList<>(List.of("do", what, "policy", request.policy()));
        pairs.addAll(List.of("client", who.address()));
        who.name().ifPresent(name -> pairs.addAll(List.of("user", name)));
        who.roles().forEach(role -> pairs.addAll(List.of("role", role)));
        request.ids().forEach(id -> pairs.addAll(List.of("id", id == null ? "" : "." + id)));
        IllegalStateException unknown = null;
        for (URI endpoint : endpoints) {
            try {
                return send(endpoint, pairs.toArray(String[]::new));
            } catch (IllegalStateException e) {
                unknown = unknown == null ? e : unknown;
            }
        }
        throw Objects.requireNonNull(unknown, "there is an endpoint");
    }

    private String send(URI endpoint, String... pairs) {
        List<String> query = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            query.add(pairs[i] + "=" + URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        URI uri = URI.create(endpoint + "?" + query.stream().collect(Collectors.joining("&")));
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", "null")
                        .header("Access-Control-Request-Method", "GET")
                        .header(Endpoint.TOKEN, token)
                        .build();
        try {
            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            if (answer.statusCode() == 400) { // the kit's own
                throw new IllegalStateException(answer.body());
            }
            throw new IllegalStateException(
                    "%s answered %s: %s. Expected an application that was deployed for a class with"
                                    .formatted(endpoint, answer.statusCode(), answer.body())
                            + " @WeirTest, and that asks nobody to log in there");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
