package io.weir.internal.edge.cdi;

import jakarta.enterprise.inject.spi.Extension;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/** Deploys classes with the library in a CDI container of their own, with settings of their own. */
public final class Deployed implements AutoCloseable {

    private final WeldContainer container;
    private final Map<String, String> settings;

    private Deployed(Map<String, String> settings, List<Extension> extensions, Class<?>... beans) {
        this.settings = settings;
        settings.forEach(System::setProperty);
        try {
            container =
                    new Weld()
                            .disableDiscovery()
                            .addExtension(new WeirExtension())
                            .addExtensions(extensions.toArray(Extension[]::new))
                            .addBeanClasses(WeirBeans.class, EnforcingInterceptor.class)
                            .addBeanClasses(beans)
                            .initialize();
        } catch (RuntimeException | Error e) {
            settings.keySet().forEach(System::clearProperty);
            throw e;
        }
    }

    /**
     * Deploys without settings.
     *
     * @param beans the application
     * @return the running application
     */
    public static Deployed with(Class<?>... beans) {
        return new Deployed(Map.of(), List.of(), beans);
    }

    /**
     * Deploys.
     *
     * @param settings become system properties until it is closed
     * @param beans the application
     * @return the running application
     */
    public static Deployed with(Map<String, String> settings, Class<?>... beans) {
        return new Deployed(settings, List.of(), beans);
    }

    /**
     * Deploys beside another extension.
     *
     * @param extension the other one
     * @param beans the application
     * @return the running application
     */
    public static Deployed with(Extension extension, Class<?>... beans) {
        return new Deployed(Map.of(), List.of(extension), beans);
    }

    /**
     * Looks a bean up.
     *
     * @param type its type
     * @return the bean
     */
    public <T> T get(Class<T> type) {
        return container.select(type).get();
    }

    /**
     * Looks a bean up.
     *
     * @param type its type
     * @param qualifier its qualifier
     * @return the bean
     */
    public <T> T get(Class<T> type, Annotation qualifier) {
        return container.select(type, qualifier).get();
    }

    @Override
    public void close() {
        container.close();
        settings.keySet().forEach(System::clearProperty);
    }
}
