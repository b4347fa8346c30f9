package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.RefusalResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application can see, and what it can say itself. */
class EyesTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Who {
            // guide: who asks
            @Inject ClientIdentity client;

            public String who() {
                return client.address() + " counts as " + client.key();
            }
            // end
        }

        @ApplicationScoped
        class State {
            // guide: who decides
            @Inject LimiterStatus status;

            public String state() {
                return status.degraded()
                        ? "Redis away for " + status.since().toSeconds() + " s"
                        : "decided by " + status.store();
            }
            // end
        }

        // guide: a listener
        @ApplicationScoped
        public class Refusals implements DecisionListener {

            private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

            @Override
            public void decided(
                    Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
                if (!(decision instanceof Decision.Admitted)) {
                    refusals.computeIfAbsent(policy.name(), name -> new LongAdder()).increment();
                }
            }

            public long of(String policy) {
                LongAdder count = refusals.get(policy);
                return count == null ? 0 : count.sum();
            }
        }

        // end

        @ApplicationScoped
        class Telemetry {
            // guide: telemetry
            @Produces
            @ApplicationScoped
            OpenTelemetry telemetry() {
                return AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
            }

            void end(@Disposes OpenTelemetry telemetry) throws IOException {
                ((Closeable) telemetry).close();
            }
            // end
        }

        // guide: an own answer
        @ApplicationScoped
        public class ShortAnswer implements RefusalResponse {

            @Override
            public Content answer(Refusal refusal) {
                String json = "{\"error\":\"%s\"}".formatted(refusal.detail());
                return new Content(refusal.status(), "application/json", json);
            }
        }
        // end
    }

    @TempDir java.nio.file.Path directory;

    /** As a collector of OpenTelemetry does; what is sent is readable enough as it is. */
    @Test
    void whatIsCountedIsExported() throws Exception {
        StringBuffer received = new StringBuffer();
        HttpServer collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    received.append(new String(body, StandardCharsets.ISO_8859_1));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        collector.start();
        Map<String, String> exporter =
                Map.of(
                        "otel.exporter.otlp.endpoint",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "otel.exporter.otlp.protocol",
                        "http/protobuf",
                        "otel.java.exporter.otlp.retry.disabled",
                        "true");
        exporter.forEach(System::setProperty);
        try {
            try (Served app =
                    Served.with(
                            directory, Snippets.settings("several paths"), Shop.Telemetry.class)) {
                app.admitted("/api/search");
                assertThat(app.get("/api/search").statusCode()).isEqualTo(429);
            } // to close the SDK exports what it has
            assertThat(received)
                    .contains("weir.decisions", "outcome", "refused", "weir.near_limit", "search");
        } finally {
            exporter.keySet().forEach(System::clearProperty);
            GlobalOpenTelemetry.resetForTest();
            collector.stop(0);
        }
    }

    @Test
    void whoAsksAndWhoDecides() throws Exception {
        Map<String, String> proxy = Map.of("weir.client.trusted-proxies", "127.0.0.1");
        try (Served app = Served.with(directory, proxy, Shop.Who.class, Shop.State.class)) {
            Shop.Who who = app.get(Shop.Who.class);
            app.page((request, response) -> response.getWriter().print(who.who()));
            assertThat(app.get("/", "X-Forwarded-For", "2001:db8:0:1::7").body())
                    .isEqualTo("2001:db8:0:1::7 counts as 2001:db8:0:1::/64");
            assertThat(who.who()).as("outside a request").isEqualTo("none counts as none");
            assertThat(app.get(Shop.State.class).state()).isEqualTo("decided by LOCAL");
        }
    }

    @Test
    void anOwnAnswerKeepsTheFields() throws Exception {
        try (Served app =
                Served.with(
                        directory,
                        Snippets.settings("several paths"),
                        Shop.ShortAnswer.class,
                        Shop.Refusals.class)) {
            app.admitted("/api/search");
            HttpResponse<String> refused = app.get("/api/search");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body())
                    .matches(
                            "\\{\"error\":\"You sent too many requests\\. Try again in \\d+"
                                    + " seconds?\\.\"\\}");
            assertThat(refused.headers().map())
                    .containsKeys("retry-after", "ratelimit", "cache-control");
            assertThat(app.get(Shop.Refusals.class).of("search")).isEqualTo(2);
        }
    }
}
