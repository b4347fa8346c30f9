package io.weir.internal.edge.cdi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.RateLimited;
import io.weir.internal.app.Deployment;
import io.weir.testing.LogLines;
import io.weir.testing.RealRedis;
import io.weir.testing.TlsFront;
import jakarta.enterprise.context.Dependent;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log of a start says of a wrong access. */
class WrongAccessTest {

    @Dependent
    static class Limited {
        @RateLimited("3/hour")
        public void call() {}
    }

    /** Meant are three seconds; the rest is for a busy machine. */
    private static final long SOON = SECONDS.toNanos(8);

    private static void says(String url, String... words) throws InterruptedException {
        try (LogLines log = new LogLines("io.weir");
                Deployed app = Deployed.with(Map.of("weir.redis.url", url), Limited.class)) {
            long until = System.nanoTime() + SOON;
            app.get(Deployment.class).start("/shop", Set.of(), Map.of());
            while (log.with("INFO Redis at ").isEmpty()) {
                assertThat(System.nanoTime()).as("%s", log.all()).isLessThan(until);
                Thread.sleep(20);
            }
            assertThat(log.all())
                    .anyMatch(line -> line.startsWith("WARNING Could not connect to Redis"))
                    .filteredOn(line -> line.startsWith("INFO Redis at "))
                    .singleElement()
                    .asString()
                    .contains(words)
                    .doesNotContain("wrong-one");
        }
    }

    @Test
    void namesTheReasonAndTheSetting(@TempDir Path directory) throws Exception {
        try (RealRedis redis = RealRedis.started("--requirepass", "secret");
                TlsFront tls =
                        new TlsFront(TlsFront.keys(directory, "ip:127.0.0.1"), redis.port())) {
            String here = "127.0.0.1:";
            says("redis://" + here + redis.port(), "NOAUTH", "weir.redis.password");
            says("redis://:wrong-one@" + here + redis.port(), "WRONGPASS", "weir.redis.password");
            says("rediss://" + here + redis.port(), "speaks no TLS", "weir.redis.url");
            says("redis://" + here + tls.port(), "TLS", "weir.redis.url");
            says("rediss://" + here + tls.port(), "not trusted", "weir.redis.url");
        }
    }
}
