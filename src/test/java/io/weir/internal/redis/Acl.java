package io.weir.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.testing.RealRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** The user of acl.txt, for an application called "shop": what Weir needs, and no more. */
final class Acl {

    static final String USER = "weir";
    static final String PASSWORD = "not-secret";

    private Acl() {}

    /** The words behind {@code ACL}. */
    static List<String> line() {
        try {
            String line = Files.readString(Path.of("src/test/resources/acl.txt"), UTF_8).strip();
            return Arrays.asList(line.replace("PASSWORD", PASSWORD).substring(4).split(" ", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void grant(RealRedis redis) {
        try (Jedis admin = redis.client()) {
            grant(admin);
        }
    }

    static void grant(Jedis admin) {
        send(admin, line());
    }

    /** Changes rights of the user who is there. */
    static void change(Jedis admin, String rule) {
        send(admin, List.of("SETUSER", USER, rule));
    }

    private static void send(Jedis admin, List<String> words) {
        admin.sendCommand(Protocol.Command.ACL, words.toArray(new String[0]));
    }

    static RedisSettings settings(RealRedis redis) {
        return redis.settings(Fixtures.LONG_DEADLINE, Optional.of(USER), Optional.of(PASSWORD));
    }
}
