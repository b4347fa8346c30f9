package io.weir.internal.edge.cdi;

import io.weir.LimiterStatus;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * MicroProfile Health, where the server has it; only then is this class loaded. An application is
 * ready whatever becomes of Redis: a load balancer that took all nodes away would end what the
 * stand-in keeps up.
 */
@Readiness
class StoreHealth implements HealthCheck {

    private final WeirExtension extension;

    /** The extension is there for every archive, the beans are not. */
    @Inject
    StoreHealth(WeirExtension extension) {
        this.extension = extension;
    }

    @Override
    public HealthCheckResponse call() {
        LimiterStatus status = extension.modules().worst();
        HealthCheckResponseBuilder told =
                HealthCheckResponse.named("weir")
                        .up()
                        .withData("store", status.store().name().toLowerCase(Locale.ROOT))
                        .withData("degraded", status.degraded())
                        .withData("seconds", status.since().toSeconds())
                        .withData("nodes", status.nodes());
        status.clockSkew().ifPresent(skew -> told.withData("clock-skew-ms", skew.toMillis()));
        return told.build();
    }
}
