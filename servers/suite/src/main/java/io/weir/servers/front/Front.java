package io.weir.servers.front;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.Set;

/** Is in a jar whose name comes before Weir's: so do its filters. */
public class Front implements ServletContainerInitializer {

    @Override
    public void onStartup(Set<Class<?>> classes, ServletContext context) {
        FilterRegistration.Dynamic gzip = context.addFilter("front", FrontFilter.class);
        gzip.setAsyncSupported(true);
        gzip.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/front/*");
    }
}
