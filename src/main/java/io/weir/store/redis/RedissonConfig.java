package io.weir.store.redis;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SingleServerConfig;

/**
 * Redisson's configuration for calls that must fail fast: its defaults hold a request for 5 to 20
 * seconds while Redis is away.
 */
final class RedissonConfig {

    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

    /**
     * Of the commands that make a connection and keep it alive. Calls have their own, the deadline:
     * under that, the first AUTH of a JVM that still loads classes would fail.
     */
    private static final int HANDSHAKE_TIMEOUT_MILLIS = 1_000;

    private static final int PING_INTERVAL_MILLIS = 1_000;
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofMillis(20);

    /** Under 10 Redisson sends many commands through one connection at a time. */
    private static final int POOL = 8;

    private static final int IDLE = 2;
    private static final int NETTY_THREADS = 4;

    private RedissonConfig() {}

    static Config of(RedisSettings settings) throws IOException {
        Config config = topology(settings);
        config.setCodec(StringCodec.INSTANCE);
        config.setUseThreadClassLoader(false);
        return config;
    }

    private static Config topology(RedisSettings settings) throws IOException {
        if (settings.topology() == RedisSettings.Topology.FILE) {
            return Config.fromYAML(new File(settings.file().orElseThrow()));
        }
        Config config = new Config();
        config.setNettyThreads(NETTY_THREADS);
        settings.username().ifPresent(config::setUsername);
        settings.password().ifPresent(config::setPassword);
        String[] addresses = settings.addresses().toArray(new String[0]);
        switch (settings.topology()) {
            case SENTINEL -> {
                SentinelServersConfig servers = config.useSentinelServers();
                servers.addSentinelAddress(addresses);
                servers.setMasterName(settings.master().orElseThrow());
                servers.setDatabase(settings.database());
                // One sentinel that answers is enough to find the master.
                servers.setCheckSentinelsList(false);
                common(servers);
            }
            case CLUSTER -> {
                ClusterServersConfig servers = config.useClusterServers();
                servers.addNodeAddress(addresses);
                common(servers);
            }
            case SINGLE, FILE -> {
                SingleServerConfig server = config.useSingleServer();
                server.setAddress(addresses[0]);
                server.setDatabase(settings.database());
                server.setConnectionPoolSize(POOL);
                server.setConnectionMinimumIdleSize(IDLE);
                server.setSubscriptionConnectionMinimumIdleSize(0);
                timings(server);
            }
        }
        return config;
    }

    private static void common(BaseMasterSlaveServersConfig<?> servers) {
        // A replica may be behind: it must not decide.
        servers.setReadMode(ReadMode.MASTER);
        servers.setMasterConnectionPoolSize(POOL);
        servers.setMasterConnectionMinimumIdleSize(IDLE);
        servers.setSubscriptionConnectionMinimumIdleSize(0);
        timings(servers);
    }

    private static void timings(BaseConfig<?> servers) {
        servers.setTimeout(HANDSHAKE_TIMEOUT_MILLIS);
        servers.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        servers.setRetryAttempts(0);
        servers.setRetryDelay(new ConstantDelay(RETRY));
        servers.setReconnectionDelay(new ConstantDelay(RECONNECT));
        servers.setPingConnectionInterval(PING_INTERVAL_MILLIS);
    }

    /** Where Redis is, for the log: without scheme and credentials. */
    static String address(RedisSettings settings) {
        if (settings.topology() == RedisSettings.Topology.FILE) {
            return settings.file().orElseThrow();
        }
        return String.join(
                ",",
                settings.addresses().stream()
                        .map(address -> address.substring(address.indexOf("://") + 3))
                        .toList());
    }
}
