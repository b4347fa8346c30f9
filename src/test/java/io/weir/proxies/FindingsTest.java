package io.weir.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LogLines;
import io.weir.testing.RealRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real Tomcat: what the log warns of is what ClientIdentity says, in the same words. */
class FindingsTest {

    private static final String FINDING = "finding: ";

    private final List<String> warned = new ArrayList<>();

    @TempDir Path directory;

    private List<String> answers(Map<String, String> settings, String... field) throws Exception {
        int port = RealRedis.freePort();
        try (LogLines log = new LogLines("io.weir");
                ClientPage page = ClientPage.started(directory, "127.0.0.1", port, settings, "")) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/client");
            HttpRequest request = HttpRequest.newBuilder(uri).headers(field).build();
            String first = "";
            for (int i = 0; i < 3; i++) { // a finding is in each answer, and in the log once
                String body =
                        HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
                assertThat(body).isIn(i == 0 ? body : first);
                first = body;
            }
            log.with("WARNING ").forEach(line -> warned.add(line.replace("WARNING ", FINDING)));
            return first.lines().toList();
        }
    }

    @Test
    void aFieldFromAnUntrustedPeer() throws Exception {
        List<String> lines = answers(Map.of(), "X-Forwarded-For", "203.0.113.9");
        assertThat(lines).contains("peer: 127.0.0.1", "address: 127.0.0.1").hasSize(4);
        assertThat(lines.get(3)).contains("weir.client.trusted-proxies=127.0.0.1");
        assertThat(warned).containsExactly(lines.get(3));
    }

    @Test
    void twoThingsAtOnce() throws Exception {
        List<String> lines =
                answers(
                        Map.of("weir.client.trusted-proxies", "127.0.0.1"),
                        "X-Forwarded-For",
                        "nobody",
                        "Forwarded",
                        "for=203.0.113.9");
        assertThat(lines).contains("address: 127.0.0.1").hasSize(5);
        assertThat(warned).containsExactlyElementsOf(lines.subList(3, 5));
    }

    @Test
    void aSoundSetUp() throws Exception {
        List<String> lines =
                answers(
                        Map.of("weir.client.trusted-proxies", "127.0.0.1"),
                        "X-Forwarded-For",
                        "2001:db8::9");
        assertThat(lines)
                .containsExactly("peer: 127.0.0.1", "address: 2001:db8::9", "key: 2001:db8::/64");
        assertThat(warned).isEmpty();
    }
}
