package io.weir.internal.redis;

import io.weir.internal.redis.RedisSettings.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConfigSupport;
import org.redisson.config.ConstantDelay;
import org.redisson.config.MasterSlaveServersConfig;
import org.redisson.config.ReadMode;
import org.redisson.config.ReplicatedServersConfig;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SingleServerConfig;
import org.redisson.misc.RedisURI;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Redisson's configuration for calls that must fail fast: its defaults hold a request for 5 to 20
 * seconds while Redis is away.
 */
final class RedissonConfig {

    /** How long making one connection may take. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    /**
     * Of the commands that make a connection and keep it alive. Calls have their own, the deadline:
     * under that, the first AUTH of a JVM that still loads classes would fail.
     */
    private static final int HANDSHAKE_TIMEOUT_MILLIS = 1_000;

    /**
     * Shorter than the timeout of a ping: Redisson then closes a hung connection silently, else
     * with an ERROR and its stack for each.
     */
    private static final int PING_INTERVAL_MILLIS = 750;

    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofMillis(20);

    /** How often Redisson asks who is the master, who has which slots, and what DNS says. */
    private static final int SCAN_INTERVAL_MILLIS = 500;

    /** Under 10 Redisson sends many commands through one connection at a time. */
    private static final int POOL = 8;

    private static final int IDLE = 2;
    private static final int NETTY_THREADS = 4;

    private static final Pattern APPLICATIONS_CLASS =
            Pattern.compile("!(<|!)(?!org\\.redisson\\.)\\w+[.$]\\w");

    private RedissonConfig() {}

    /**
     * The whole configuration.
     *
     * @throws IOException if there is a file that cannot be read or understood; the message tells
     *     no values of the file
     */
    static Config of(RedisSettings settings) throws IOException {
        Config config =
                settings.topology() == Topology.FILE
                        ? fromFile(settings.file().orElseThrow())
                        : fromAddress(settings);
        config.setCodec(StringCodec.INSTANCE);
        config.setUseThreadClassLoader(false);
        config.setLazyInitialization(false);
        tune(ConfigSupport.getConfig(config));
        return config;
    }

    private static Config fromFile(String file) throws IOException {
        String yaml = Files.readString(Path.of(file));
        try {
            Config config = Config.fromYAML(ownNames(yaml));
            List<String> addresses = config == null ? List.of() : addresses(config);
            if (config == null || addresses.isEmpty()) {
                throw new IOException("no address of Redis");
            }
            addresses.forEach(RedisURI::new);
            return config;
        } catch (MarkedYAMLException e) {
            Mark at = e.getProblemMark();
            String line = at == null ? "" : "line " + (at.getLine() + 1) + ": ";
            throw mistake(line + firstLine(e.getProblem()), yaml);
        } catch (YAMLException | IllegalArgumentException e) {
            throw mistake(firstLine(e.getMessage()), yaml);
        } catch (LinkageError e) {
            throw mistake("it names a class that needs " + e.getMessage(), yaml);
        }
    }

    private static IOException mistake(String what, String yaml) {
        return new IOException(
                RedissonCompatibility.isInside() && APPLICATIONS_CLASS.matcher(yaml).find()
                        ? what + "; classes of the application take io.weir:weir-redisson"
                        : what);
    }

    /** Files name classes as Redisson does, whatever they are called in this jar. */
    private static String ownNames(String yaml) {
        String here = Config.class.getPackageName().replaceFirst("\\.config$", ".");
        return yaml.replace("!<org.redisson.", "!<" + here).replace("!!org.redisson.", "!!" + here);
    }

    /** The lines behind it quote the file, and with it perhaps a password. */
    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("").replaceFirst("@\\w+$", "");
    }

    private static Config fromAddress(RedisSettings settings) {
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
            }
            case CLUSTER -> {
                ClusterServersConfig servers = config.useClusterServers();
                servers.addNodeAddress(addresses);
            }
            default -> {
                SingleServerConfig server = config.useSingleServer();
                server.setAddress(addresses[0]);
                server.setDatabase(settings.database());
            }
        }
        return config;
    }

    /** What our promises rest on, whoever wrote the rest. */
    private static void tune(BaseConfig<?> servers) {
        servers.setTimeout(HANDSHAKE_TIMEOUT_MILLIS);
        servers.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        servers.setRetryAttempts(0);
        servers.setRetryDelay(new ConstantDelay(RETRY));
        servers.setReconnectionDelay(new ConstantDelay(RECONNECT));
        servers.setPingConnectionInterval(PING_INTERVAL_MILLIS);
        if (servers instanceof BaseMasterSlaveServersConfig<?> several) {
            // A replica may be behind: it must not decide.
            several.setReadMode(ReadMode.MASTER);
            several.setDnsMonitoringInterval(SCAN_INTERVAL_MILLIS);
            several.setMasterConnectionPoolSize(POOL);
            several.setMasterConnectionMinimumIdleSize(IDLE);
            several.setSubscriptionConnectionMinimumIdleSize(0);
        }
        if (servers instanceof SingleServerConfig single) {
            single.setConnectionPoolSize(POOL);
            single.setConnectionMinimumIdleSize(IDLE);
            single.setSubscriptionConnectionMinimumIdleSize(0);
            single.setDnsMonitoringInterval(SCAN_INTERVAL_MILLIS);
        } else if (servers instanceof SentinelServersConfig sentinels) {
            sentinels.setScanInterval(SCAN_INTERVAL_MILLIS);
        } else if (servers instanceof ClusterServersConfig cluster) {
            cluster.setScanInterval(SCAN_INTERVAL_MILLIS);
            // The keys of the shards that are there can be decided.
            cluster.setCheckSlotsCoverage(false);
        }
    }

    /** Where to connect first: one of these must answer. */
    static List<String> addresses(Config config) {
        BaseConfig<?> servers = ConfigSupport.getConfig(config);
        if (servers instanceof SingleServerConfig single) {
            return Stream.ofNullable(single.getAddress()).toList();
        } else if (servers instanceof SentinelServersConfig sentinels) {
            return sentinels.getSentinelAddresses();
        } else if (servers instanceof ClusterServersConfig cluster) {
            return cluster.getNodeAddresses();
        } else if (servers instanceof ReplicatedServersConfig replicated) {
            return replicated.getNodeAddresses();
        } else if (servers instanceof MasterSlaveServersConfig master) {
            return Stream.ofNullable(master.getMasterAddress()).toList();
        }
        throw new IllegalArgumentException("none of the ways to reach Redis that are known");
    }

    static boolean tls(Config config) {
        return addresses(config).stream().map(RedisURI::new).anyMatch(RedisURI::isSsl);
    }

    /** Where Redis is, for the log: without scheme and credentials. */
    static String address(RedisSettings settings) {
        return switch (settings.topology()) {
            case FILE -> settings.file().orElseThrow();
            case BEAN -> "the address of the application's RedissonClient";
            default ->
                    String.join(
                            ",",
                            settings.addresses().stream()
                                    .map(address -> address.substring(address.indexOf("://") + 3))
                                    .toList());
        };
    }
}
