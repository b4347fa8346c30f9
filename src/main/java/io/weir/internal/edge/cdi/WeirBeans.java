package io.weir.internal.edge.cdi;

import io.weir.ClientIdentity;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.http.HttpGuard;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** What applications and edges can inject or look up. */
@Dependent
class WeirBeans {

    private final WeirExtension extension;

    @Inject
    WeirBeans(WeirExtension extension) {
        this.extension = extension;
    }

    @Produces
    @Dependent
    RateLimiter limiter(@Nullable InjectionPoint point) {
        Class<?> holder = Modules.holder(point);
        return new InjectedLimiter(() -> extension.modules().of(holder));
    }

    @Produces
    @ApplicationScoped
    ClientIdentity client() {
        return extension.modules().client();
    }

    @Produces
    @ApplicationScoped
    LimiterStatus status() {
        return new CurrentStatus(() -> extension.modules().here().status());
    }

    @Produces
    @Dependent
    HttpGuard guard() {
        return extension.modules().here().guard();
    }

    @Produces
    @Dependent
    Deployment deployment() {
        return extension.modules().ofThread();
    }
}
