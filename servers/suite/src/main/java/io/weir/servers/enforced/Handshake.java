package io.weir.servers.enforced;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Answers what it is told. */
@ServerEndpoint("/socket")
public class Handshake {

    @OnMessage
    public String echo(String message) {
        return message;
    }
}
