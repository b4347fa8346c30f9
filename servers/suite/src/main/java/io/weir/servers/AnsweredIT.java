package io.weir.servers;

import static io.weir.servers.Answers.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.answered.AnsweredApi;
import io.weir.servers.front.Front;
import jakarta.servlet.ServletContainerInitializer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A refusal is the same answer whatever filters of the application make of what is written. */
@ExtendWith(ArquillianExtension.class)
class AnsweredIT {

    private static final String BEGUN = "(begun )?work";

    @ArquillianResource URL url;

    Client client;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.empty(
                        "answered",
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.fields = always",
                        "weir.policy.path.path = /{by}/path",
                        "weir.policy.path.limit = 1/min",
                        "weir.policy.cached.path = /plain/*",
                        "weir.policy.cached.limit = 1000/min",
                        "weir.policy.moved.path = /{by}/moved",
                        "weir.policy.moved.limit = 3/min",
                        "weir.policy.moved.count-when = failure")
                .addPackage(AnsweredApi.class.getPackage())
                .addAsLibrary(
                        ShrinkWrap.create(JavaArchive.class, "front.jar")
                                .addPackage(Front.class.getPackage())
                                .addAsServiceProvider(
                                        ServletContainerInitializer.class, Front.class));
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inside/runtime",
                "inside/checked",
                "inside/jax-rs",
                "inside/completion",
                "later-inside"
            })
    void isFoundInsideOfWhatIsThrown(String what) {
        Read admitted = get("api/plain/" + what);
        assertThat(admitted.answer.statusCode()).as(admitted.text()).isEqualTo(200);
        assertRefused(get("api/plain/" + what));
    }

    @ParameterizedTest
    @CsvSource({
        "plain, path",
        "plain, bean",
        "plain, writer",
        "plain, stream",
        "plain, written",
        "plain, streamed",
        "plain, length",
        "gzip, path",
        "gzip, bean",
        "gzip, writer",
        "gzip, stream",
        "gzip, written",
        "gzip, streamed",
        "gzip, length",
        "eager, path",
        "eager, bean",
        "eager, written",
        "eager, streamed",
        "kept, path",
        "kept, bean",
        "kept, written",
        "kept, streamed",
        "kept, length",
        "stubborn, path",
        "stubborn, bean",
        "stubborn, written",
        "stubborn, streamed",
        "api/plain, resource",
        "api/plain, bean",
        "api/plain, later",
        "api/plain, mapper",
        "api/gzip, resource",
        "api/gzip, bean",
        "api/kept, resource",
        "api/kept, bean",
        "api/kept, later",
    })
    void isReadable(String by, String what) {
        Read admitted = get(by + "/" + what);
        assertThat(admitted.answer.statusCode()).as(admitted.text()).isEqualTo(200);
        assertThat(admitted.text()).matches(BEGUN);
        List<String> behind = admitted.answer.headers().allValues("X-Behind");
        // Liberty flushes what filters have wrapped when the servlet returns.
        boolean flushed = !by.equals("plain") && Wars.leavesOut("late-fields");
        boolean mayBegin = flushed || by.startsWith("api") || what.equals("length");
        assertThat(behind).hasSizeBetween(mayBegin ? 0 : 1, 1);

        Read refused = get(by + "/" + what);
        assertRefused(refused);
        if (!what.equals("later")) { // it is written at the same time
            assertThat(refused.answer.headers().allValues("X-Behind")).containsAll(behind);
        }

        HttpResponse<byte[]> head =
                send(
                        client.request(by + "/" + what)
                                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(429);
        assertThat(head.body()).isEmpty();
        assertThat(field(head, "Retry-After")).isNotEmpty();
        assertThat(field(head, "Content-Type")).startsWith("application/problem+json");
        if (!by.matches("api/(gzip|kept)")) { // Jersey gives the filter nothing to count
            head.headers()
                    .firstValueAsLong("Content-Length")
                    .ifPresent(n -> assertThat(n).isEqualTo(refused.answer.body().length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resource", "bean", "later"})
    void theApplicationsMapperIsAsked(String what) {
        ServerLog log = ServerLog.fromNow();
        assertThat(get("mapped/plain/" + what).text()).isEqualTo("work");
        Read mapped = get("mapped/plain/" + what);
        assertThat(mapped.answer.statusCode()).as(mapped.text()).isEqualTo(420);
        assertThat(mapped.text())
                .matches("You sent too many requests\\. Try again in [0-9]+ seconds\\.");

        assertThat(get("api/plain/" + what).answer.statusCode()).isEqualTo(429);
        assertThat(log.text()).doesNotContain("RateLimitExceededException");
    }

    @Test
    void aMapperLeavesItsOwnRefusalToTheMapperForRefusals() {
        assertThat(get("api/plain/mapper-later").text()).isEqualTo("work");
        Read refused = get("api/plain/mapper-later");
        assertThat(refused.answer.statusCode()).as(refused.text()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.field("Retry-After"))).isBetween(1, 60);
        assertThat(refused.text()).startsWith("{\"type\":").endsWith("]}");
    }

    @Test
    void aFilterThatFailsBehindTheChainChangesNothing() {
        assertThat(get("plain/bean").text()).isEqualTo("work");
        assertRefused(get("plain/bean?fails"));
    }

    /** A filter in front of Weir's own compresses what Weir writes. */
    @ParameterizedTest
    @Tag("front")
    @ValueSource(strings = {"path", "bean", "writer", "stream", "fields"})
    void isReadableInFront(String what) {
        Read admitted = get("front/" + what);
        assertThat(admitted.field("X-In-Front")).isEqualTo("true");
        newClient();
        isReadable("front", what);
    }

    /** Once the client has the beginning, nothing can be said to it. */
    @ParameterizedTest
    @ValueSource(strings = {"plain/flushed", "gzip/flushed", "api/plain/flushed"})
    void whatHasBegunEnds(String path) {
        assertThat(get(path).text()).isEqualTo("begun work");
        Read refused = get(path);
        assertThat(refused.answer.statusCode()).isEqualTo(200);
        assertThat(refused.text()).isEqualTo("begun ");
    }

    /** Some servers log all that leaves a servlet. */
    @ParameterizedTest
    @Tag("quiet")
    @ValueSource(strings = {"plain/flushed", "gzip/flushed"})
    void nothingIsLogged(String path) {
        ServerLog log = ServerLog.fromNow();
        get(path);
        get(path);
        assertThat(log.text()).doesNotContain("RateLimitExceededException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain/fields", "gzip/fields", "kept/fields"})
    void whatDescribedTheContentIsGone(String path) {
        assertThat(get(path).field("Content-Disposition")).isNotEmpty();
        Read refused = get(path);
        assertRefused(refused);
        for (String gone :
                List.of(
                        "Content-Disposition",
                        "Content-Location",
                        "Content-Range",
                        "Accept-Ranges",
                        "ETag",
                        "Last-Modified",
                        "CDN-Cache-Control")) {
            assertThat(refused.answer.headers().firstValue(gone)).as(gone).isEmpty();
        }
        assertThat(refused.answer.headers().firstValue("Pragma").orElse("")).isNotEqualTo("x");
        // Liberty says of each answer that it is "en"; on the others there is none, see below.
        assertThat(refused.answer.headers().allValues("Content-Language")).doesNotContain("de");
        assertThat(refused.field("Content-Security-Policy")).isEqualTo("default-src 'none'");
        assertThat(refused.field("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(refused.answer.headers().allValues("Set-Cookie"))
                .anyMatch(cookie -> cookie.startsWith("seen=yes"));
        assertThat(refused.answer.headers().allValues("Vary")).contains("Origin");
        assertThat(refused.answer.headers().allValues("X-Two")).containsExactly("1", "2");
    }

    @ParameterizedTest
    @Tag("no-language")
    @ValueSource(strings = {"plain/fields", "gzip/fields", "kept/fields"})
    void theLanguageOfTheContentIsGone(String path) {
        assertThat(get(path).field("Content-Language")).isEqualTo("de");
        Read refused = get(path);
        assertRefused(refused);
        assertThat(refused.answer.headers().firstValue("Content-Language")).isEmpty();
    }

    @ParameterizedTest
    @Tag("session-cookie")
    @ValueSource(strings = {"plain/fields", "gzip/fields", "kept/fields"})
    void theCookieOfANewSessionStays(String path) {
        get(path);
        Read refused = get(path);
        assertRefused(refused);
        assertThat(refused.answer.headers().allValues("Set-Cookie"))
                .anyMatch(cookie -> cookie.startsWith("JSESSIONID="));
    }

    /** The server learns some time after the client has gone that it has gone. */
    @Test
    void whoHangsUpIsJudgedByTheStatus() throws Exception {
        for (int i = 0; i < 7; i++) {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            String line = client.firstLine(url, "GET " + url.getPath() + "plain/moved");
            while (line.startsWith("HTTP/1.1 429") && end - System.nanoTime() > 0) {
                Thread.sleep(100);
                line = client.firstLine(url, "GET " + url.getPath() + "plain/moved");
            }
            assertThat(line).startsWith("HTTP/1.1 302");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain/cached-public",
                "plain/cached-shared",
                "plain/cached-age",
                "plain/cached-expires",
                "plain/cached-modified",
                "plain/cached-late",
                "api/plain/cached-public"
            })
    void whatASharedCacheMayKeepSaysNothingOfOneClient(String path) {
        Read read = get(path);
        assertThat(read.text()).isEqualTo("work");
        assertThat(read.answer.headers().map().keySet())
                .doesNotContain("ratelimit", "RateLimit", "RateLimit-Policy", "ratelimit-policy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain/cached-by-nobody",
                "plain/cached-private",
                "plain/cached-not",
                "api/plain/cached-by-nobody"
            })
    void whatItMayNotKeepDoes(String path) {
        assertThat(get(path).field("RateLimit")).contains(";r=");
    }

    private static void assertRefused(Read refused) {
        assertThat(refused.answer.statusCode()).as(refused.text()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.field("Retry-After"))).isBetween(1, 60);
        Answers.assertNotKept(refused.answer);
        assertThat(refused.field("Content-Type"))
                .startsWith("application/problem+json")
                .doesNotContain("ISO-8859-1");
        assertThat(refused.text()).startsWith("{\"type\":").endsWith("]}");
        assertThat(refused.field("RateLimit")).contains(";r=0;t=");
    }

    private Read get(String path) {
        return new Read(send(client.request(path).GET()));
    }

    private HttpResponse<byte[]> send(java.net.http.HttpRequest.Builder request) {
        return client.sendForBytes(request.timeout(Duration.ofSeconds(10)));
    }

    /** An answer as a browser reads it. */
    private record Read(HttpResponse<byte[]> answer) {

        String field(String name) {
            return Answers.field(answer, name);
        }

        String text() {
            byte[] body = answer.body();
            if (answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip")) {
                try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                    body = in.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return new String(body, StandardCharsets.UTF_8);
        }
    }
}
