package io.weir.servers.elsewhere;

import io.weir.ClientIdentity;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;

/** As the guide has it. */
public class KeepClient extends ServerEndpointConfig.Configurator {

    @Override
    public void modifyHandshake(
            ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        ClientIdentity client = CDI.current().select(ClientIdentity.class).get();
        config.getUserProperties().put("client", client.key());
    }
}
