package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.RateLimited;
import io.weir.internal.app.Deployment;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Set;
import org.jboss.weld.environment.se.Weld;
import org.junit.jupiter.api.Test;

/** Threads and connections are there where they are needed. */
class ThreadsTest {

    @Dependent
    static class Limited {
        @RateLimited("10/min")
        void call() {}
    }

    /** Stops the deployment when the library has found nothing wrong. */
    public static class Pessimist implements Extension {
        void refuse(@Observes @Priority(10_000) AfterDeploymentValidation event) {
            event.addDeploymentProblem(new IllegalStateException("not today"));
        }
    }

    private static boolean isHousekept() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("weir-housekeeping"));
    }

    @Test
    void noThreadStaysWhenTheDeploymentFailsLater() {
        assertThat(isHousekept()).isFalse();
        Weld weld =
                new Weld()
                        .disableDiscovery()
                        .addExtension(new WeirExtension())
                        .addExtension(new Pessimist())
                        .addBeanClasses(WeirBeans.class, EnforcingInterceptor.class, Limited.class);
        assertThatThrownBy(weld::initialize).hasMessageContaining("not today");
        assertThat(isHousekept()).isFalse();
        try (Deployed app = Deployed.with(Limited.class)) {
            app.get(Limited.class).call();
            assertThat(isHousekept()).isTrue();
        }
        assertThat(isHousekept()).isFalse();
    }

    @Test
    void switchedOffItDoesNotCallRedis() throws Exception {
        try (ServerSocket redis = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings =
                    Map.of(
                            "weir.enabled", "false",
                            "weir.redis.host", "127.0.0.1",
                            "weir.redis.port", Integer.toString(redis.getLocalPort()));
            try (Deployed app = Deployed.with(settings, Limited.class)) {
                app.get(Deployment.class).start("/shop", Set.of(), Map.of());
                app.get(Limited.class).call();
                assertThat(app.get(LimiterStatus.class).store()).isEqualTo(DecidedBy.LOCAL);
                redis.setSoTimeout(1_000);
                assertThatThrownBy(() -> redis.accept().close())
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }
    }
}
