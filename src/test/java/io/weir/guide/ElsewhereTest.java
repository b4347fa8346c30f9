package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.Decision;
import io.weir.Key;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes on on other threads. */
class ElsewhereTest {

    @ApplicationScoped
    static class Mailer {

        @RateLimited(name = "mails", value = "1/min")
        String send(String to) {
            return "sent to " + to;
        }
    }

    record Ordered(String by) {}

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Orders {

            @Inject Mailer mailer;
            @Inject Event<Ordered> events;

            // guide: a task for the common pool
            @Inject RateLimiter limiter;

            public CompletableFuture<String> sendLater(String to) {
                return CompletableFuture.supplyAsync(
                        limiter.asCurrentClient(() -> mailer.send(to)));
            }

            // end

            // guide: an asynchronous event
            public CompletionStage<Ordered> order(Ordered order) {
                return events.fireAsync(
                        order,
                        NotificationOptions.ofExecutor(
                                task ->
                                        ForkJoinPool.commonPool()
                                                .execute(limiter.asCurrentClient(task))));
            }

            // end

            void confirm(@ObservesAsync Ordered order) {
                mailer.send(order.by());
            }
        }

        // guide: a web socket
        @ServerEndpoint(value = "/chat", configurator = KeepClient.class)
        public class Chat {

            @OnMessage
            public String say(String text, Session session) {
                String client = String.valueOf(session.getUserProperties().get("client"));
                RateLimiter limiter = CDI.current().select(RateLimiter.class).get();
                Decision decision = limiter.tryAcquire("chat", Key.ofClient(client), 1);
                return decision instanceof Decision.Admitted ? text : "slower, please";
            }
        }

        public class KeepClient extends ServerEndpointConfig.Configurator {

            @Override
            public void modifyHandshake(
                    ServerEndpointConfig config,
                    HandshakeRequest request,
                    HandshakeResponse response) {
                ClientIdentity client = CDI.current().select(ClientIdentity.class).get();
                config.getUserProperties().put("client", client.key());
            }
        }

        // end

        @ApplicationScoped
        class Messages {

            @Inject RateLimiter limiter;

            // guide: a consumer that waits
            public void onMessage(String text) throws InterruptedException {
                Decision decision = limiter.acquire(Duration.ofSeconds(20), "partner");
                if (!(decision instanceof Decision.Admitted)) {
                    throw new IllegalStateException("not now"); // to be delivered again
                }
                deliver(text);
            }

            // end

            private String last = "";

            String last() {
                return last;
            }

            void deliver(String text) {
                last = text;
            }
        }
    }

    @Test
    void eachClientHasItsOwnCountThere(@TempDir java.nio.file.Path directory) throws Exception {
        Map<String, String> settings = Map.of("weir.client.trusted-proxies", "127.0.0.1");
        try (Served served = Served.with(directory, settings, Mailer.class, Shop.Orders.class)) {
            Shop.Orders orders = served.get(Shop.Orders.class);
            served.page(
                    (request, response) -> {
                        CompletionStage<?> done =
                                request.getServletPath().equals("/event")
                                        ? orders.order(new Ordered("ada"))
                                        : orders.sendLater("ada");
                        response.getWriter()
                                .print(done.toCompletableFuture().get(20, TimeUnit.SECONDS));
                    });
            assertThat(status(served, "/later", "198.51.100.1")).isEqualTo(200);
            assertThat(status(served, "/later", "198.51.100.2")).isEqualTo(200);
            assertThat(status(served, "/later", "198.51.100.1")).isEqualTo(429);
            assertThat(status(served, "/event", "198.51.100.3")).isEqualTo(200);
            assertThat(status(served, "/event", "198.51.100.4")).isEqualTo(200);
            assertThat(status(served, "/event", "198.51.100.3")).isEqualTo(429);
        }
    }

    private static int status(Served served, String path, String client) throws Exception {
        return served.get(path, "X-Forwarded-For", client).statusCode();
    }

    @Test
    void aConsumerWaits() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "weir.policies", "partner",
                        "weir.policy.partner.limit", "1/100ms",
                        "weir.policy.partner.key", "global");
        try (io.weir.internal.edge.cdi.Deployed deployed =
                io.weir.internal.edge.cdi.Deployed.with(settings, Shop.Messages.class)) {
            Shop.Messages messages = deployed.get(Shop.Messages.class);
            for (String text : new String[] {"a", "b", "c"}) {
                messages.onMessage(text);
            }
            assertThat(messages.last()).isEqualTo("c");
        }
    }
}
