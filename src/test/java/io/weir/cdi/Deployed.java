package io.weir.cdi;

import java.util.Map;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/** Deploys classes with the library in a CDI container of their own, with settings of their own. */
final class Deployed implements AutoCloseable {

    private final WeldContainer container;
    private final Map<String, String> settings;

    private Deployed(Map<String, String> settings, Class<?>... beans) {
        this.settings = settings;
        settings.forEach(System::setProperty);
        try {
            container =
                    new Weld()
                            .disableDiscovery()
                            .addExtension(new WeirExtension())
                            .addBeanClasses(WeirBeans.class, EnforcingInterceptor.class)
                            .addBeanClasses(beans)
                            .initialize();
        } catch (RuntimeException | Error e) {
            settings.keySet().forEach(System::clearProperty);
            throw e;
        }
    }

    static Deployed with(Class<?>... beans) {
        return new Deployed(Map.of(), beans);
    }

    static Deployed with(Map<String, String> settings, Class<?>... beans) {
        return new Deployed(settings, beans);
    }

    <T> T get(Class<T> type) {
        return container.select(type).get();
    }

    @Override
    public void close() {
        container.close();
        settings.keySet().forEach(System::clearProperty);
    }
}
