package io.weir.cdi;

import io.weir.ClientIdentity;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.http.HttpDeployment;
import io.weir.http.HttpGuard;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;

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
    RateLimiter limiter() {
        return new InjectedLimiter(() -> extension.weir().gate());
    }

    @Produces
    @ApplicationScoped
    ClientIdentity client() {
        return extension.weir().client();
    }

    @Produces
    @ApplicationScoped
    LimiterStatus status() {
        return extension.weir().status();
    }

    @Produces
    @Dependent
    HttpGuard guard() {
        return extension.weir().guard();
    }

    @Produces
    @Dependent
    HttpDeployment deployment() {
        return extension.weir();
    }
}
