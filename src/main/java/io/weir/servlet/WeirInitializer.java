package io.weir.servlet;

import io.weir.RateLimited;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.HandlesTypes;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registers the filter, for every request and dispatch and behind the application's own filters (so
 * behind a CORS filter). Found by the servlet container; nothing to configure.
 */
@HandlesTypes(RateLimited.class)
public final class WeirInitializer implements ServletContainerInitializer {

    /** For the servlet container. */
    public WeirInitializer() {}

    @Override
    public void onStartup(@Nullable Set<Class<?>> annotated, ServletContext context) {
        Set<Class<?>> found = annotated == null ? Set.of() : Set.copyOf(annotated);
        WeirStarter starter = new WeirStarter(found);
        FilterRegistration.Dynamic filter = context.addFilter("weir", new WeirFilter(starter));
        if (filter != null) { // null: another copy of the library is in the application already
            context.addListener(starter);
            filter.setAsyncSupported(true);
            filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");
        }
    }
}
