package io.weir.internal.edge.cdi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.app.Deployment;
import io.weir.testing.LogLines;
import io.weir.testing.RealRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a restart of Redis forgets counts of a month is said once, where it is so. */
class ShortMemoryTest {

    /** What is said of it within some heartbeats after the first. */
    private static List<String> said(String limit, String... options) throws Exception {
        try (LogLines log = new LogLines("io.weir");
                RealRedis redis = RealRedis.started(options);
                Deployed app =
                        Deployed.with(
                                Map.of(
                                        "weir.redis.url", redis.url(),
                                        "weir.redis.deadline", "5s",
                                        "weir.policies", "geocode, search",
                                        "weir.policy.geocode.limit", limit,
                                        "weir.policy.search.limit", "5/day"))) {
            app.get(Deployment.class).start("/shop", Set.of(), Map.of());
            long until = System.nanoTime() + SECONDS.toNanos(20);
            while (log.with("Redis connected").isEmpty()) {
                assertThat(System.nanoTime()).as("%s", log.all()).isLessThan(until);
                Thread.sleep(20);
            }
            Thread.sleep(1_200);
            return log.with("WEIR-050");
        }
    }

    @Test
    void aMonthInARedisWithoutALogOfWrites() throws Exception {
        assertThat(said("50000/month in UTC"))
                .singleElement()
                .asString()
                .startsWith("WARNING WEIR-050 Redis may forget")
                .contains(": geocode\n", "appendonly yes");
    }

    @Test
    void nothingIsSaidOfADayOfALogAndOfARedisThatDoesNotSay(@TempDir Path directory)
            throws Exception {
        assertThat(said("10/s, 1000/day")).isEmpty();
        assertThat(said("50000/month in UTC", "--appendonly", "yes", "--dir", directory.toString()))
                .isEmpty();
        assertThat(said("50000/month in UTC", "--rename-command", "INFO", "")).isEmpty();
    }
}
