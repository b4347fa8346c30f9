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
 * Registers the filter, for every request and dispatch, in front of the application's own filters
 * and again behind them: paths are limited behind a CORS filter. Found by the servlet container;
 * nothing to configure.
 */
@HandlesTypes(RateLimited.class)
public final class WeirInitializer implements ServletContainerInitializer {

    /** For the servlet container. */
    public WeirInitializer() {}

    @Override
    public void onStartup(@Nullable Set<Class<?>> annotated, ServletContext context) {
        Set<Class<?>> found = annotated == null ? Set.of() : Set.copyOf(annotated);
        WeirStarter starter = new WeirStarter(found);
        FilterRegistration.Dynamic front =
                context.addFilter("weir", new WeirFilter(starter, false));
        FilterRegistration.Dynamic behind =
                context.addFilter("weir-paths", new WeirFilter(starter, true));
        // null: another copy of the library is in the application already
        if (front != null && behind != null) {
            context.addListener(starter);
            map(front, false);
            map(behind, true);
        }
    }

    private static void map(FilterRegistration.Dynamic filter, boolean behind) {
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), behind, "/*");
    }
}
