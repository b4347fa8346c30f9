package io.weir.faults;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ClientKillParams;

/** What others do to a Redis that is not theirs alone. */
final class Deeds {

    /** Ten deadlines. */
    static final Duration LATE = Duration.ofMillis(500);

    private static final String FILLER = "filler:";

    private Deeds() {}

    /** 80 MB in 800 keys. */
    static void fill(OneRedis scene) {
        scene.client()
                .eval(
                        "for i = 1, 800 do redis.call('SET', '"
                                + FILLER
                                + "' .. i, string.rep('x', 100000)) end");
    }

    /** Somebody's mistake. */
    static AutoCloseable endlessScript(OneRedis scene) {
        Jedis client = scene.own(scene.redis().client());
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                client.eval("while true do end");
                            } catch (JedisException e) {
                                // Killed, or not answered in time.
                            }
                        },
                        "endless-script");
        thread.setDaemon(true);
        thread.start();
        return () -> thread.join(10_000);
    }

    /** Fills what memory is left, and again what becomes free. */
    static AutoCloseable filling(OneRedis scene) {
        AtomicLong number = new AtomicLong();
        return new Repeating(
                Duration.ofMillis(2),
                () -> {
                    for (int size : new int[] {10_000, 10}) {
                        String value = "x".repeat(size);
                        try {
                            while (true) {
                                scene.client().set(FILLER + number.incrementAndGet(), value);
                            }
                        } catch (JedisDataException e) {
                            // Full.
                        }
                    }
                });
    }

    static void emptying(OneRedis scene) {
        scene.client().del(scene.client().keys(FILLER + "*").toArray(new String[0]));
    }

    /** More new keys than there is room for. */
    static AutoCloseable flooding(OneRedis scene) {
        AtomicLong number = new AtomicLong();
        String value = "x".repeat(1_000);
        return new Repeating(
                Duration.ofMillis(5),
                () -> {
                    Pipeline pipeline = scene.client().pipelined();
                    for (int i = 0; i < 50; i++) {
                        pipeline.set(FILLER + number.incrementAndGet(), value);
                    }
                    pipeline.sync();
                });
    }

    static AutoCloseable flushingScripts(OneRedis scene) {
        return new Repeating(Duration.ofMillis(20), () -> scene.client().scriptFlush());
    }

    /** Each key of ours once, a few at a time. */
    static AutoCloseable overwriting(OneRedis scene) {
        Set<String> done = new HashSet<>();
        return new Repeating(
                Duration.ofMillis(5),
                () -> {
                    Jedis client = scene.client();
                    int left = 5;
                    for (String key : client.keys("weir:*")) {
                        if (left > 0 && done.add(key)) {
                            left--;
                            overwrite(client, key);
                        }
                    }
                });
    }

    private static void overwrite(Jedis client, String key) {
        if (!"string".equals(client.type(key))) {
            client.set(key, "garbage");
            return;
        }
        Transaction both = client.multi();
        both.del(key);
        both.rpush(key, "garbage");
        both.exec();
    }

    /** A password for everybody, those that are connected included. */
    static void lockOut(OneRedis scene) {
        scene.client().configSet("requirepass", "secret");
        scene.client()
                .clientKill(
                        new ClientKillParams()
                                .type(ClientType.NORMAL)
                                .skipMe(ClientKillParams.SkipMe.YES));
    }

    /** Gives ({@code +}) or takes ({@code -}) the right to run scripts. */
    static void rights(OneRedis scene, String sign) {
        scene.client()
                .sendCommand(Command.ACL, "SETUSER", "default", sign + "evalsha", sign + "eval");
    }
}
