package io.weir.internal.redis;

import static java.math.BigInteger.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.RealRedis;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * The short way and the general one by themselves, on a clock that the test sets: they decide the
 * same, and leave the same behind.
 */
class TwoScriptsTest {

    private static final String CLOCK = "local now = tonumber(redis.call('GET', 'now'))\n";
    private static final String TAKE = CLOCK + Lua.text("take.lua");
    private static final String MEND = CLOCK + Lua.text("mend.lua");
    private static final long HOUR = 3_600_000; // milliseconds
    private static final int LEFT = 2;

    private static RealRedis redis;
    private static Jedis client;
    private static long now = 1_800_000_000_000_000L;

    @BeforeAll
    static void start() {
        redis = RealRedis.started();
        client = redis.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        redis.close();
    }

    private static void pass(long micros) {
        now += micros;
        client.set("now", Long.toString(now));
    }

    @SuppressWarnings("unchecked") // it answers with numbers
    private static List<Long> run(String script, String key, String... arguments) {
        List<String> keys = List.of(key);
        return (List<Long>) client.eval(script, keys, List.of(arguments));
    }

    private static List<Long> take(String key, String words) {
        return run(TAKE, key, words);
    }

    private static List<Long> mend(String key, long cost, String words) {
        return run(MEND, key, "take " + cost + " no 1", words);
    }

    /** Admitted, remaining, wait, time until remaining grows; and what it has of a limit. */
    private static final class Limit {
        private final String kind;
        private final String words;
        private final long permits;
        private final long window;
        private final long burst;
        private final long unit;

        private Limit(long permits, long millis) {
            kind = "log";
            words = permits + " " + (millis + 1);
            this.permits = permits;
            window = millis * 1_000;
            burst = permits;
            unit = 1;
        }

        private Limit(long permits, long millis, long burst) {
            kind = "bucket";
            unit = burst <= (1L << 53) / (millis * 1_000) ? 1 : 1_000;
            window = millis * 1_000 / unit;
            words = permits + " " + window + " " + burst + " " + unit;
            this.permits = permits;
            this.burst = burst;
        }

        List<Long> take(String key, long cost, long here) {
            String what = kind + " " + cost + " " + words;
            return TwoScriptsTest.take(key, kind.equals("log") ? what : what + ";" + here);
        }

        List<Long> mend(String key, long cost, long here) {
            return TwoScriptsTest.mend(
                    key, cost, kind + " " + words + (kind.equals("log") ? ";" : ";0 " + here));
        }
    }

    private static List<String> content(Limit limit, String key) {
        if (limit.kind.equals("log")) {
            return client.lrange(key, 0, -1);
        }
        return List.of(String.valueOf(client.get(key)));
    }

    private static Limit anyLimit(Random random) {
        long millis = HOUR + random.nextInt(3) * random.nextInt(999);
        return switch (random.nextInt(4)) {
            case 0 -> new Limit(1 + random.nextInt(12), millis);
            case 1 -> new Limit(1 + random.nextInt(40), millis);
            case 2 -> new Limit(1 + random.nextInt(20), millis, 1 + random.nextInt(20));
            default ->
                    new Limit(
                            1_000_000 + random.nextInt(100_000_000),
                            24 * millis,
                            10_000_000 + random.nextInt(90_000_000));
        };
    }

    @Test
    void decideTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int left = 0;
        int refused = 0;
        int admitted = 0;
        for (int trace = 0; trace < 120; trace++) {
            Limit limit = anyLimit(random);
            String one = "short " + trace;
            String other = "general " + trace;
            long lastWait = 0;
            for (int step = 0; step < 60; step++) {
                pass(pause(random, lastWait));
                // So much of a large one that it does not go by the real clock.
                long some = limit.burst / 50 + 1 + random.nextInt(6);
                long cost = random.nextInt(12) == 0 ? limit.burst : Math.min(limit.burst, some);
                long here =
                        random.nextInt(5) == 0
                                ? random.nextInt((int) HOUR) * 1_000L * 1_000 / limit.unit
                                : 0;
                String where = "seed " + seed + ", " + trace + "." + step + ": " + limit.words;
                List<Long> expected = limit.mend(other, cost, here);
                List<Long> told = limit.take(one, cost, here);
                if (told.get(1) == LEFT) {
                    left++;
                    told = limit.mend(one, cost, here);
                }
                assertThat(told).as(where).isEqualTo(expected);
                assertThat(client.ttl(one)).as(where).isNotEqualTo(-1);
                if (told.get(1) == 1) { // refusing, the short way leaves what is free again
                    assertThat(content(limit, one)).as(where).isEqualTo(content(limit, other));
                }
                if (limit.kind.equals("log")) {
                    assertTotal(client.lrange(one, 0, -1), where);
                }
                lastWait = told.get(3);
                refused += told.get(1) == 0 ? 1 : 0;
                admitted += told.get(1) == 1 ? 1 : 0;
            }
        }
        assertThat(refused).isGreaterThan(500);
        assertThat(admitted).isGreaterThan(500);
        assertThat(left).as("is seldom").isLessThan(120 * 60 / 4);
    }

    private static void assertTotal(List<String> runs, String where) {
        long total = runs.stream().mapToLong(run -> Long.parseLong(run.split(":")[1])).sum();
        assertThat(runs.get(0)).as(where).endsWith(":" + total);
    }

    private static long pause(Random random, long lastWait) {
        return switch (random.nextInt(7)) {
            case 0 -> 0;
            case 1 -> random.nextInt(2_000);
            case 2 -> random.nextInt(1_000_000_000);
            case 3 -> Math.max(0, lastWait - 1);
            case 4 -> lastWait;
            case 5 -> HOUR * 50; // a twentieth
            default -> random.nextInt(60_000_000);
        };
    }

    /** Against fractions that round nothing. */
    @Test
    void aBucketInMillisecondsIsNeverBelowTheTruth() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int trace = 0; trace < 30; trace++) {
            long permits = 1_000_000 + random.nextInt(100_000_000);
            long burst = 10_000_000 + random.nextInt(90_000_000);
            Limit limit = new Limit(permits, 24 * HOUR, burst);
            assertThat(limit.unit).isEqualTo(1_000);
            BigInteger area = big(burst).multiply(big(24 * HOUR * 1_000));
            BigInteger level = ZERO; // permits x microseconds
            long at = now;
            long lastWait = 0;
            for (int step = 0; step < 60; step++) {
                pass(pause(random, lastWait));
                long cost = burst / 100 + random.nextInt((int) burst / 2);
                List<Long> told =
                        random.nextBoolean()
                                ? limit.take("ms " + trace, cost, 0)
                                : limit.mend("ms " + trace, cost, 0);
                level = level.subtract(big(now - at).multiply(big(permits))).max(ZERO);
                at = now;
                BigInteger after = level.add(big(cost).multiply(big(24 * HOUR * 1_000)));
                String where = "seed " + seed + ", " + trace + "." + step;
                if (told.get(1) == 1) {
                    assertThat(after).as(where).isLessThanOrEqualTo(area);
                    level = after;
                } else {
                    // Too long by a millisecond for each time that it was all but empty.
                    BigInteger over = after.subtract(area);
                    assertThat(big(told.get(3)).multiply(big(permits)))
                            .as(where)
                            .isGreaterThanOrEqualTo(over)
                            .isLessThan(over.add(big(2 * 1_000).multiply(big(permits))));
                }
                String[] parts = client.get("ms " + trace).split(":");
                BigInteger there =
                        new BigInteger(parts[0])
                                .multiply(big(1_000))
                                .subtract(
                                        big(now - Long.parseLong(parts[1])).multiply(big(permits)));
                assertThat(there).as(where).isGreaterThanOrEqualTo(level);
                lastWait = told.get(3);
            }
        }
    }

    private static BigInteger big(long number) {
        return BigInteger.valueOf(number);
    }

    @Test
    void whoWaitsForABucketInMillisecondsIsAdmitted() {
        Limit limit = new Limit(5_000_000, 24 * HOUR, 5_000_000);
        pass(0);
        assertThat(limit.take("large", 5_000_000, 0).get(1)).isEqualTo(1);
        pass(17_777);
        List<Long> refused = limit.take("large", 3, 0);
        assertThat(refused.subList(1, 4)).containsExactly(0L, 0L, 52_000L - 17_777);
        pass(52_000 - 17_777 - 1);
        assertThat(limit.take("large", 3, 0).get(1)).isZero();
        pass(1);
        assertThat(limit.take("large", 3, 0).get(1)).isEqualTo(1);
    }

    @Test
    void theWaitIsForAsManyPermitsAsItCosts() {
        Limit limit = new Limit(10, HOUR);
        pass(0);
        for (int i = 1; i <= 4; i++) {
            limit.take("waits", i, 0);
            pass(1_000);
        }
        for (int cost = 1; cost <= 10; cost++) {
            int run = cost <= 1 ? 1 : cost <= 3 ? 2 : cost <= 6 ? 3 : 4;
            long wait = HOUR * 1_000 - (5 - run) * 1_000;
            assertThat(limit.take("waits", cost, 0)).endsWith(0L, 0L, wait, HOUR * 1_000 - 4_000);
            assertThat(limit.mend("waits", cost, 0)).endsWith(0L, 0L, wait, HOUR * 1_000 - 4_000);
        }
    }

    /** A long one is looked through in parts. */
    @Test
    void aWaitFarBackInALongWindow() {
        Limit limit = new Limit(5_000, HOUR);
        List<String> runs = new ArrayList<>();
        pass(10_000);
        runs.add((now - 5_000) + ":1:" + (now - 1) + ":5000");
        for (int i = 1; i < 5_000; i++) {
            runs.add((now - 5_000 + i) + ":1");
        }
        client.rpush("long", runs.toArray(new String[0]));
        assertThat(limit.take("long", 4_321, 0).get(1)).isEqualTo(LEFT);
        assertThat(limit.mend("long", 4_321, 0))
                .endsWith(0L, 0L, HOUR * 1_000 - 5_000 + 4_320, HOUR * 1_000 - 5_000);
        pass(HOUR * 1_000 - 1_000);
        assertThat(limit.take("long", 1, 0).get(1)).isEqualTo(LEFT);
        assertThat(limit.mend("long", 1, 0).subList(1, 3)).containsExactly(1L, 4_000L);
        assertThat(client.llen("long")).isEqualTo(1_000);
    }

    @Test
    void aBucketThatWasLostIsHealedByWhoeverKnowsIt() {
        Limit limit = new Limit(1, HOUR, 10);
        long window = HOUR * 1_000;
        pass(0);
        for (String script : List.of("short", "general")) {
            // Nine of ten: it has been told before that they are used.
            List<Long> told =
                    script.equals("short")
                            ? limit.take(script, 2, 9 * window)
                            : limit.mend(script, 2, 9 * window);
            assertThat(told).as(script).endsWith(0L, 1L, window, window);
            assertThat(client.get(script)).as(script).isEqualTo(9 * window + ":" + now);
            // Again is not more, and less is nothing.
            assertThat(limit.take(script, 1, 9 * window).get(1)).isEqualTo(1);
            assertThat(client.get(script)).isEqualTo(10 * window + ":" + now);
            limit.take(script, 1, 3 * window);
            assertThat(client.get(script)).isEqualTo(10 * window + ":" + now);
        }
        // More than it holds is never cut.
        limit.take("over", 1, 25 * window);
        assertThat(client.get("over")).isEqualTo(25 * window + ":" + now);
        assertThat(limit.mend("over", 1, 0)).endsWith(0L, 0L, 16 * window, 16 * window);
        assertThat(limit.take("over", 1, 0)).endsWith(0L, 0L, 16 * window, 16 * window);
        // Untold comes on top of what is there, and is raised to what is known here.
        assertThat(mend("untold", 1, "bucket " + limit.words + ";" + window + " 0").get(2))
                .isEqualTo(8);
        assertThat(mend("untold", 1, "bucket " + limit.words + ";" + window + " 0").get(2))
                .isEqualTo(6);
        assertThat(
                        mend("untold", 1, "bucket " + limit.words + ";" + window + " " + 8 * window)
                                .get(2))
                .isEqualTo(1);
    }

    @Test
    void runsThatANodeTookAloneAreSortedIn() {
        Limit limit = new Limit(20, HOUR);
        pass(0);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            limit.take("alone", 1, 0);
            pass(1_000_000);
        }
        long start = now - 4_000_000;
        String words = "log " + limit.words + ";";
        // At the same time as the second, between the second and the third, and too old.
        assertThat(mend("alone", 1, words + "3000000 2 2500000 3 7200000000 4").get(2))
                .isEqualTo(20 - 4 - 5 - 1);
        expected.add(start + ":1:" + now + ":10");
        expected.add((start + 1_000_000) + ":3");
        expected.add((start + 1_500_000) + ":3");
        expected.add((start + 2_000_000) + ":1");
        expected.add((start + 3_000_000) + ":1");
        expected.add(now + ":1");
        assertThat(client.lrange("alone", 0, -1)).isEqualTo(expected);
        // Before all others, and where nothing was known.
        mend("alone", 1, words + "5000000 2");
        assertThat(client.lindex("alone", 0)).isEqualTo((now - 5_000_000) + ":2:" + now + ":13");
        mend("new", 3, words + "5000000 2");
        assertThat(client.lrange("new", 0, -1))
                .containsExactly((now - 5_000_000) + ":2:" + now + ":5", now + ":3");
    }

    @Test
    void lessThanTheFirstRunSaysIsMended() {
        Limit limit = new Limit(10, HOUR);
        pass(0);
        client.rpush("torn", (now - 10) + ":1:" + (now - 5) + ":10", (now - 5) + ":2");
        assertThat(limit.take("torn", 9, 0).get(1)).isEqualTo(LEFT);
        assertThat(limit.mend("torn", 9, 0).get(1)).isZero();
        assertThat(client.lindex("torn", 0)).isEqualTo((now - 10) + ":1:" + (now - 5) + ":3");
        assertThat(limit.take("torn", 7, 0).get(1)).isEqualTo(1);
    }

    @Test
    void whatWasGivenBackIsNotWaitedFor() {
        Limit limit = new Limit(3, HOUR);
        pass(HOUR * 1_000);
        client.rpush(
                "back",
                (now - HOUR * 1_000) + ":1:" + (now - 5) + ":3",
                (now - 10) + ":0", // all of it was given back
                (now - 5) + ":2");
        assertThat(limit.take("back", 1, 0).get(1)).isEqualTo(LEFT);
        assertThat(limit.mend("back", 1, 0)).endsWith(1L, 0L, 0L, HOUR * 1_000 - 5);
        assertThat(client.lrange("back", 0, -1))
                .containsExactly((now - 5) + ":2:" + now + ":3", now + ":1");
    }
}
