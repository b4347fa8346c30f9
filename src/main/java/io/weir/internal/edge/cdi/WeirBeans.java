package io.weir.internal.edge.cdi;

import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.internal.address.Client;
import io.weir.internal.app.Deployment;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Operation;
import io.weir.internal.http.HttpGuard;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
        return new CurrentClient(extension.modules().current());
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

    /** Speaks of the request that the calling thread is serving. */
    private record CurrentClient(CurrentOperation current) implements ClientIdentity {

        private ClientIdentity client() {
            return current.get().map(Operation::caller).map(c -> c.client()).orElse(Client.NONE);
        }

        @Override
        public String peer() {
            return client().peer();
        }

        @Override
        public String address() {
            return client().address();
        }

        @Override
        public String key() {
            return client().key();
        }

        @Override
        public List<String> findings() {
            return client().findings();
        }
    }

    /** Speaks of the module that asks. */
    private record CurrentStatus(Supplier<LimiterStatus> module) implements LimiterStatus {

        @Override
        public DecidedBy store() {
            return module.get().store();
        }

        @Override
        public boolean degraded() {
            return module.get().degraded();
        }

        @Override
        public Duration since() {
            return module.get().since();
        }

        @Override
        public int nodes() {
            return module.get().nodes();
        }

        @Override
        public Optional<Duration> clockSkew() {
            return module.get().clockSkew();
        }
    }
}
