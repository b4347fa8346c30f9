package io.weir.internal.edge.cdi;

import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.InjectionTarget;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the interceptors. The first one is the container's, which knows how to inject; all others
 * are made of what that one has, so that a new object of a limited class asks the container
 * nothing. Thread-safe.
 */
final class InterceptorFactory implements InjectionTarget<EnforcingInterceptor> {

    private final InjectionTarget<EnforcingInterceptor> container;
    private volatile @Nullable EnforcingInterceptor first;

    InterceptorFactory(InjectionTarget<EnforcingInterceptor> container) {
        this.container = container;
    }

    @Override
    public EnforcingInterceptor produce(CreationalContext<EnforcingInterceptor> context) {
        EnforcingInterceptor known = first;
        if (known != null) {
            return known.another();
        }
        EnforcingInterceptor made = container.produce(context);
        first = made.another(); // never of a bean, so it keeps none alive
        return made;
    }

    @Override
    public Set<InjectionPoint> getInjectionPoints() {
        return container.getInjectionPoints();
    }

    @Override
    public void inject(
            EnforcingInterceptor instance, CreationalContext<EnforcingInterceptor> context) {
        // Only its constructor takes anything.
    }

    @Override
    public void postConstruct(EnforcingInterceptor instance) {
        // It has no such method.
    }

    @Override
    public void preDestroy(EnforcingInterceptor instance) {
        // It has no such method.
    }

    @Override
    public void dispose(EnforcingInterceptor instance) {
        // It holds nothing.
    }
}
