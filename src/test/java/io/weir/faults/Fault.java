package io.weir.faults;

import io.weir.testing.DeafPort;
import java.util.function.Supplier;

/** What happens to Redis, and what the limiter must make of it. */
enum Fault {
    KILLED(
            "`kill -9`, started again with its data (AOF)",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.direct(
                            s -> s.redis().kill(), s -> s.redis().start(), "--appendonly", "yes")),
    RESTARTED_EMPTY(
            "`kill -9`, started again empty at once",
            Kind.AWAY,
            Effect.ANY,
            () ->
                    OneRedis.once(
                            s -> {
                                s.redis().kill();
                                s.redis().start();
                            })),
    FROZEN(
            "SIGSTOP, SIGCONT",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () -> OneRedis.direct(s -> s.redis().freeze(), s -> s.redis().thaw())),
    BYTES_SWALLOWED(
            "black hole: connections stay open and pass nothing; they never come back, new ones do",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () -> OneRedis.proxied(s -> s.proxy().swallow(), s -> s.proxy().passEverything())),
    SYN_SWALLOWED(
            "black hole: gone, and every SYN is dropped",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.direct(
                            s -> {
                                s.redis().kill();
                                s.meanwhile(new DeafPort(s.redis().port()));
                            },
                            s -> {
                                s.stopMeanwhile();
                                s.redis().start();
                            })),
    SLOW(
            "answers 500 ms late (10 deadlines)",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.proxied(
                            s -> s.proxy().delay(Deeds.LATE, 1), s -> s.proxy().passEverything())),
    SOMETIMES_SLOW(
            "5 % of the answers 500 ms late, and what comes behind them on their connection",
            Kind.AWAY,
            Effect.ANY,
            () ->
                    OneRedis.proxied(
                            s -> s.proxy().delay(Deeds.LATE, 0.05),
                            s -> s.proxy().passEverything())),
    CUT(
            "the connection is cut after the script ran, before its answer",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.proxied(
                            s -> s.proxy().cutAfterScripts(), s -> s.proxy().passEverything())),
    LOADING(
            "LOADING: started again with 80 MB to read",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.direct(
                            s -> {
                                Deeds.fill(s);
                                s.client().save();
                                s.redis().kill();
                                // Microseconds, for each of 800 keys.
                                s.redis().begin("--key-load-delay", "4000");
                            },
                            s -> s.redis().awaitReady(),
                            "--rdbcompression",
                            "no")),
    BUSY(
            "BUSY: somebody's script does not end, until SCRIPT KILL",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.direct(
                            s -> s.meanwhile(Deeds.endlessScript(s)),
                            s -> {
                                s.client().scriptKill();
                                s.stopMeanwhile();
                            },
                            "--lua-time-limit",
                            "100")),
    READONLY(
            "READONLY: made a replica of nobody",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () ->
                    OneRedis.direct(
                            s -> s.client().slaveof("127.0.0.1", 1),
                            s -> s.client().slaveofNoOne())),
    OUT_OF_MEMORY(
            "OOM: 8 MB, `noeviction`, filled by others",
            Kind.AWAY,
            Effect.ANY, // a refusal needs no memory: Redis still answers with those
            () ->
                    OneRedis.direct(
                            s -> s.meanwhile(Deeds.filling(s)),
                            s -> {
                                s.stopMeanwhile();
                                Deeds.emptying(s);
                            },
                            "--maxmemory",
                            "8mb",
                            "--maxmemory-policy",
                            "noeviction")),
    FAILED_OVER(
            "the master of a Sentinel group dies, its replica takes over",
            Kind.AWAY,
            Effect.GIVEN_UP,
            Group::new),
    SHARD_LOST(
            "one shard of 3 dies, the others serve on; it comes back empty",
            Kind.AWAY,
            Effect.ANY,
            () -> new Shards(false)),
    CLUSTER_DOWN(
            "one shard of 3 dies, the others then refuse (the default); it comes back empty",
            Kind.AWAY,
            Effect.GIVEN_UP,
            () -> new Shards(true)),
    SCRIPTS_FLUSHED(
            "NOSCRIPT: SCRIPT FLUSH every 20 ms",
            Kind.BAD_KEY,
            Effect.KEPT,
            () ->
                    OneRedis.direct(
                            s -> s.meanwhile(Deeds.flushingScripts(s)), OneRedis::stopMeanwhile)),
    WRONG_TYPE(
            "WRONGTYPE: each of our keys overwritten once with another type",
            Kind.BAD_KEY,
            Effect.KEPT,
            () -> OneRedis.direct(s -> s.meanwhile(Deeds.overwriting(s)), OneRedis::stopMeanwhile)),
    FLUSHED(
            "FLUSHALL, once",
            Kind.BAD_KEY,
            Effect.KEPT,
            () -> OneRedis.once(s -> s.client().flushAll())),
    EVICTED(
            "full eviction: 3 MB, `allkeys-lru`, flooded by others",
            Kind.BAD_KEY,
            Effect.ANY,
            () ->
                    OneRedis.direct(
                            s -> s.meanwhile(Deeds.flooding(s)),
                            OneRedis::stopMeanwhile,
                            "--maxmemory",
                            "3mb",
                            "--maxmemory-policy",
                            "allkeys-lru")),
    NO_PASSWORD(
            "NOAUTH: a password is set, everybody is thrown out",
            Kind.CONFIGURATION,
            Effect.GIVEN_UP,
            () -> OneRedis.direct(Deeds::lockOut, s -> s.client().configSet("requirepass", ""))),
    NO_PERMISSION(
            "NOPERM: the right to run scripts is taken away",
            Kind.CONFIGURATION,
            Effect.GIVEN_UP,
            () -> OneRedis.direct(s -> Deeds.rights(s, "-"), s -> Deeds.rights(s, "+")));

    /** The three classes of promise 5. */
    enum Kind {
        AWAY,
        BAD_KEY,
        CONFIGURATION
    }

    /** What becomes of Redis as the store that decides. */
    enum Effect {
        /** The stand-in takes over. */
        GIVEN_UP,
        /** Redis stays the one that decides. */
        KEPT,
        /** Either is right. */
        ANY
    }

    private final String title;
    private final Kind kind;
    private final Effect effect;
    private final Supplier<Scene> scene;

    Fault(String title, Kind kind, Effect effect, Supplier<Scene> scene) {
        this.title = title;
        this.kind = kind;
        this.effect = effect;
        this.scene = scene;
    }

    String title() {
        return title;
    }

    Kind kind() {
        return kind;
    }

    Effect effect() {
        return effect;
    }

    Scene scene() {
        return scene.get();
    }

    /** One of each class, for the test line. */
    boolean quick() {
        return this == KILLED || this == FROZEN || this == WRONG_TYPE || this == NO_PERMISSION;
    }
}
