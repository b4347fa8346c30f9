package io.weir.benchmarks;

import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.WeirRedis;
import io.weir.internal.app.Deployment;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;
import org.redisson.api.RedissonClient;

/** An application with Weir, deployed as any other: what is measured is what it can inject. */
final class Application implements AutoCloseable {

    private final WeldContainer container;

    /** Gives Weir the client that every candidate in Redis uses. */
    static class Producer {

        private static final AtomicReference<RedissonClient> CLIENT = new AtomicReference<>();

        @Produces
        @Dependent
        @WeirRedis
        RedissonClient client() {
            return CLIENT.get();
        }
    }

    private Application(Weld weld) {
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        this.container = weld.initialize();
    }

    /** Counts in this JVM. */
    static Application local(Map<String, String> settings) {
        settings.forEach(System::setProperty);
        return new Application(new Weld());
    }

    /** Counts in Redis, through a client of the application. */
    static Application shared(RedissonClient client, Map<String, String> settings)
            throws InterruptedException {
        settings.forEach(System::setProperty);
        Producer.CLIENT.set(client);
        Application application = new Application(new Weld().addBeanClass(Producer.class));
        application
                .container
                .select(Deployment.class)
                .get()
                .start("/benchmarks", Set.of(), Map.of());
        LimiterStatus status = application.container.select(LimiterStatus.class).get();
        for (int i = 0; status.degraded(); i++) {
            if (i == 100) {
                throw new IllegalStateException("Redis does not decide");
            }
            Thread.sleep(100);
        }
        return application;
    }

    RateLimiter limiter() {
        return container.select(RateLimiter.class).get();
    }

    @Override
    public void close() {
        container.close();
    }
}
