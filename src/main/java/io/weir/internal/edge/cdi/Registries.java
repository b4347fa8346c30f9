package io.weir.internal.edge.cdi;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.weir.internal.observe.Meters;
import io.weir.internal.observe.MicrometerMeters;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the registry of Micrometer; loaded only where that is there. */
final class Registries {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private Registries() {}

    /** Of the registry that is a CDI bean, else of the one that is global. */
    static @Nullable Meters meters(BeanManager manager) {
        try {
            Set<Bean<?>> beans = manager.getBeans(MeterRegistry.class);
            Bean<?> bean = manager.resolve(beans);
            return new MicrometerMeters(
                    bean == null ? Metrics.globalRegistry : registry(manager, bean));
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The MeterRegistry cannot be used: what Weir counts is in JMX only",
                    e);
            return null;
        }
    }

    /** Itself, not the proxy of a scoped one: it is told of the end when its scope has ended. */
    private static <T> MeterRegistry registry(BeanManager manager, Bean<T> bean) {
        CreationalContext<T> creation = manager.createCreationalContext(bean);
        return (MeterRegistry) manager.getContext(bean.getScope()).get(bean, creation);
    }
}
