package io.weir.shop;

import io.weir.WeirRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.SingleServerConfig;

/**
 * The one client of Redis, for the shop's cache and for Weir, which finds it by the qualifier. Only
 * where REDIS_HOST is set: {@link SharedRedisExtension} takes this bean away otherwise. Weir makes
 * it, and tries again as long as Redis is not there.
 */
@ApplicationScoped
public class SharedRedis {

    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int PING_MILLIS = 1_000;
    private static final int CONNECTIONS = 16;

    @Produces
    @ApplicationScoped
    @WeirRedis
    RedissonClient client() {
        Map<String, String> environment = System.getenv();
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        String password = environment.getOrDefault("REDIS_PASSWORD", "");
        config.setPassword(password.isEmpty() ? null : password);
        SingleServerConfig server = config.useSingleServer();
        server.setAddress(
                "redis://%s:%s"
                        .formatted(
                                environment.get("REDIS_HOST"),
                                environment.getOrDefault("REDIS_PORT", "6379")));
        server.setConnectTimeout(TIMEOUT_MILLIS).setTimeout(TIMEOUT_MILLIS).setRetryAttempts(0);
        server.setPingConnectionInterval(
                PING_MILLIS); // or a connection that was cut goes unnoticed
        server.setConnectionMinimumIdleSize(1).setConnectionPoolSize(CONNECTIONS);
        server.setSubscriptionConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    void end(@Disposes @WeirRedis RedissonClient client) {
        client.shutdown();
    }
}
