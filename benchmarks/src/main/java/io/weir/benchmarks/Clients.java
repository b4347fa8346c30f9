package io.weir.benchmarks;

import java.net.URI;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.SingleServerConfig;

/** The client of Redis that every candidate has: set as Weir sets its own. */
final class Clients {

    private Clients() {}

    /** Fails fast; few connections, each used for many calls. */
    static Config config(String url) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setNettyThreads(4);
        SingleServerConfig server = config.useSingleServer();
        server.setAddress(url);
        String database = URI.create(url).getPath();
        server.setDatabase(database.isEmpty() ? 0 : Integer.parseInt(database.substring(1)));
        server.setConnectionPoolSize(8);
        server.setConnectionMinimumIdleSize(2);
        server.setSubscriptionConnectionMinimumIdleSize(0);
        server.setRetryAttempts(0);
        return config;
    }
}
