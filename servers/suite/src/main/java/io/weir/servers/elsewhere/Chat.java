package io.weir.servers.elsewhere;

import io.weir.Decision;
import io.weir.Key;
import io.weir.RateLimiter;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** As the guide has it. */
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
