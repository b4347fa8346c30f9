package io.weir.servers.ownlib;

import io.weir.WeirRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** The client that the application shares with Weir. */
@ApplicationScoped
public class OwnClient {

    @Produces
    @ApplicationScoped
    @WeirRedis
    RedissonClient client() throws IOException {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        try (InputStream address = OwnClient.class.getResourceAsStream("/redis-address")) {
            config.useSingleServer()
                    .setAddress(new String(address.readAllBytes(), StandardCharsets.UTF_8));
        }
        return Redisson.create(config);
    }

    void end(@Disposes @WeirRedis RedissonClient client) {
        client.shutdown();
    }
}
