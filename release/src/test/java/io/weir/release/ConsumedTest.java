package io.weir.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A stranger: an empty local repository, the staged folder for Weir, Maven Central for the rest.
 */
@ExtendWith(Staging.class)
class ConsumedTest {

    private static final Duration START = Duration.ofMinutes(3);

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void anApplicationOfAStrangerHasItsLimit(Staged staged) throws Exception {
        Path application = Processes.WORK.resolve("consumer");
        Path repository = Processes.WORK.resolve("empty repository");
        Staged.delete(application);
        Staged.delete(repository);
        copy(Processes.ROOT.resolve("release/src/test/consumer"), application);

        Processes.maven(
                application,
                Map.of(),
                "-Dmaven.repo.local=" + repository,
                "-Dstaging=" + staged.folder().toUri(),
                "-Dweir.version=" + Staged.VERSION,
                "package");

        Path ours = repository.resolve("io/weir/weir/" + Staged.VERSION);
        assertThat(ours.resolve("weir-" + Staged.VERSION + ".jar"))
                .hasSameBinaryContentAs(staged.file("weir", ".jar"));
        assertThat(ours.resolve("_remote.repositories"))
                .content()
                .contains("weir-" + Staged.VERSION + ".jar>staging=");
        assertThat(application.resolve("target/hello/WEB-INF/lib"))
                .isDirectoryContaining("glob:**/weir-" + Staged.VERSION + ".jar");
        try (Stream<Path> jars = Files.list(application.resolve("target/hello/WEB-INF/lib"))) {
            assertThat(jars).hasSize(1);
        }
        assertThat(application.resolve("target/surefire-reports/com.example.shop.HelloTest.txt"))
                .content()
                .contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0");
        refused(application.resolve("target/server"));
    }

    private void refused(Path server) throws Exception {
        int port = freePort();
        Path log = server.resolveSibling("server.log");
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx384m",
                                        "-Djboss.home.dir=" + server,
                                        "-Djboss.bind.address=127.0.0.1",
                                        "-Djboss.bind.address.management=127.0.0.1",
                                        "-Djboss.http.port=" + port,
                                        "-Djboss.https.port=0",
                                        "-Djboss.management.http.port=0",
                                        "-jar",
                                        server.resolve("jboss-modules.jar").toString(),
                                        "-mp",
                                        server.resolve("modules").toString(),
                                        "org.jboss.as.standalone"))
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.to(log.toFile()))
                        .start();
        try {
            URI hello = URI.create("http://127.0.0.1:" + port + "/hello");
            HttpResponse<String> first = first(hello, process, log);
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("hello");
            assertThat(get(hello).statusCode()).isEqualTo(200);
            HttpResponse<String> third = get(hello);
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
            assertThat(third.headers().firstValue("RateLimit-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).contains("q=2;w=60"));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Each call counts: it is asked again only where nobody listens, or nothing is deployed. */
    private HttpResponse<String> first(URI uri, Process process, Path log) throws Exception {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < START.toNanos()) {
            try {
                HttpResponse<String> answer = get(uri);
                if (answer.statusCode() != 404 && answer.statusCode() != 503) {
                    return answer;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            LockSupport.parkNanos(200_000_000);
        }
        throw new AssertionError("the server does not serve:\n" + Files.readString(log));
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                Files.createDirectories(target.getParent());
                Files.copy(path, target);
            }
        }
    }
}
