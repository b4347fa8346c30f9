package io.weir.internal.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where Redis is and how long a decision may take. Plain values: can be read where Redisson is not
 * there.
 *
 * @param topology how the addresses are to be understood
 * @param addresses {@code redis://host:port} or {@code rediss://host:port}, at least one (none with
 *     a file or a client of the application)
 * @param master the name of the master, for {@link Topology#SENTINEL}
 * @param database the database, 0 by default
 * @param username the user, if any
 * @param password the password, if any
 * @param file a Redisson YAML file instead of all these, for {@link Topology#FILE}
 * @param deadline how long one decision may take in Redis, connection, write and reply together
 */
public record RedisSettings(
        Topology topology,
        List<String> addresses,
        Optional<String> master,
        int database,
        Optional<String> username,
        Optional<String> password,
        Optional<String> file,
        Duration deadline) {

    /** How the addresses are to be understood. */
    public enum Topology {
        /** One server. */
        SINGLE,
        /** Sentinels that know the master. */
        SENTINEL,
        /** Nodes of a cluster. */
        CLUSTER,
        /** A Redisson YAML file says everything. */
        FILE,
        /** The application has a client of its own. */
        BEAN
    }

    /**
     * Where the application's own client says where Redis is.
     *
     * @param deadline how long one decision may take in Redis
     * @return the settings
     */
    public static RedisSettings ofApplication(Duration deadline) {
        return elsewhere(Topology.BEAN, Optional.empty(), deadline);
    }

    /**
     * Where a file of Redisson says where Redis is.
     *
     * @param path of the file
     * @param deadline how long one decision may take in Redis
     * @return the settings
     */
    public static RedisSettings ofFile(String path, Duration deadline) {
        return elsewhere(Topology.FILE, Optional.of(path), deadline);
    }

    private static RedisSettings elsewhere(
            Topology says, Optional<String> file, Duration deadline) {
        Optional<String> none = Optional.empty();
        return new RedisSettings(says, List.of(), none, 0, none, none, file, deadline);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return topology + " " + addresses + file.map(f -> " " + f).orElse("");
    }
}
