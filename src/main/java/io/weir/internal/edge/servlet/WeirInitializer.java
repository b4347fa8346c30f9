package io.weir.internal.edge.servlet;

import io.weir.CostResolver;
import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.PlanResolver;
import io.weir.RateLimited;
import io.weir.RefusalResponse;
import io.weir.WeirRedis;
import io.weir.internal.app.Deployment;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.HandlesTypes;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Registers the filter, for every request and dispatch, in front of the application's own filters
 * and again behind them: paths are limited behind a CORS filter. Found by the servlet container;
 * nothing to configure.
 */
@HandlesTypes({
    RateLimited.class,
    RateLimited.List.class, // where it is repeated
    KeyResolver.class,
    CostResolver.class,
    PlanResolver.class,
    DecisionListener.class,
    RefusalResponse.class,
    WeirRedis.class
})
public final class WeirInitializer implements ServletContainerInitializer {

    /** For the servlet container. */
    public WeirInitializer() {}

    /**
     * Registers the filter.
     *
     * @throws IllegalStateException if the application has a filter of the same name: without ours
     *     nothing would be limited, and nobody would notice
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> annotated, ServletContext context)
            throws ServletException {
        Set<Class<?>> found = annotated == null ? Set.of() : Set.copyOf(annotated);
        ServletContainerInitializer other = ofApplication(context);
        if (other != null) {
            other.onStartup(again(found, context.getClassLoader()), context);
            return;
        }
        Map<String, String> servlets = servlets(context);
        Set<String> before = Set.copyOf(context.getFilterRegistrations().keySet());
        WeirStarter starter =
                new WeirStarter(
                        found,
                        servlets,
                        parameters(context),
                        () -> mappings(context),
                        () -> behind(context, before));
        context.setAttribute(Deployment.HAS_FILTERS, starter);
        FilterRegistration.Dynamic front = add(context, "weir", new WeirFilter(starter, false));
        FilterRegistration.Dynamic behind =
                add(context, "weir-paths", new WeirFilter(starter, true));
        if (front != null && behind != null) {
            context.addListener(starter);
            map(front, false, context);
            map(behind, true, context);
            servlets.forEach((name, type) -> dispatches(name, type, found, starter, context));
        }
    }

    /** A filter for what others forward to a limited servlet, and include of it. */
    private static void dispatches(
            String servlet,
            String type,
            Set<Class<?>> limited,
            WeirStarter starter,
            ServletContext context) {
        if (limited.stream().noneMatch(Servlet.class::isAssignableFrom)
                || !isLimited(type, limited, context.getClassLoader())) {
            return;
        }
        FilterRegistration.Dynamic filter =
                context.addFilter("weir-servlet " + servlet, new ServletFilter(starter, servlet));
        if (filter != null) {
            filter.setAsyncSupported(true);
            filter.addMappingForServletNames(
                    EnumSet.of(DispatcherType.FORWARD, DispatcherType.INCLUDE), true, servlet);
        }
    }

    /** Whether the container has found it, or what it extends. */
    private static boolean isLimited(
            String name, Set<Class<?>> limited, @Nullable ClassLoader loader) {
        try {
            Class<?> type = Class.forName(name, false, loader);
            return limited.stream().anyMatch(c -> c.isAssignableFrom(type));
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // the container will say so when it makes it
        }
    }

    /**
     * With an absolute ordering that names its jars, Payara takes initializers from a class loader
     * of their own, which shares no class with the application.
     */
    private static @Nullable ServletContainerInitializer ofApplication(ServletContext context) {
        ClassLoader loader = context.getClassLoader();
        if (loader == null) {
            return null;
        }
        try {
            Class<?> type = Class.forName(WeirInitializer.class.getName(), true, loader);
            return type == WeirInitializer.class
                    ? null
                    : (ServletContainerInitializer) type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            return null; // the application does not see the library, as on a shared class path
        }
    }

    private static Set<Class<?>> again(Set<Class<?>> types, ClassLoader loader) {
        Set<Class<?>> again = new HashSet<>();
        for (Class<?> type : types) {
            try {
                again.add(Class.forName(type.getName(), false, loader));
            } catch (ClassNotFoundException | LinkageError e) {
                again.add(type);
            }
        }
        return again;
    }

    /** The classes of the servlets by their names; later nobody may ask for them any more. */
    private static Map<String, String> servlets(ServletContext context) {
        Map<String, String> classes = new HashMap<>();
        context.getServletRegistrations()
                .forEach(
                        (name, servlet) -> {
                            if (servlet.getClassName() != null) { // a JSP has none
                                classes.put(name, servlet.getClassName());
                            }
                        });
        return classes;
    }

    /** The URL patterns of the servlets by their names, also of those that are added later. */
    private static Map<String, Collection<String>> mappings(ServletContext context) {
        Map<String, Collection<String>> mappings = new HashMap<>();
        try {
            context.getServletRegistrations()
                    .forEach((name, servlet) -> mappings.put(name, servlet.getMappings()));
        } catch (UnsupportedOperationException | IllegalStateException e) {
            return Map.of(); // a container that tells initializers alone, and only while they run
        }
        return mappings;
    }

    /** The parameters of the servlets by their names, and those of the application by no name. */
    static Map<String, Map<String, String>> parameters(ServletContext context) {
        Map<String, Map<String, String>> parameters = new HashMap<>();
        context.getServletRegistrations()
                .forEach((name, servlet) -> parameters.put(name, servlet.getInitParameters()));
        Map<String, String> own = new HashMap<>();
        for (String name : Collections.list(context.getInitParameterNames())) {
            own.put(name, context.getInitParameter(name));
        }
        parameters.put("", own);
        return parameters;
    }

    /**
     * The names of filters that may be called behind Weir's, and know what these do not: one that a
     * listener maps to a servlet, and on Open Liberty each that is mapped to a servlet or added
     * late.
     */
    private static Set<String> behind(ServletContext context, Set<String> before) {
        String ours = WeirFilter.class.getPackageName() + ".";
        boolean liberty = isLiberty(context);
        Set<String> behind = new TreeSet<>();
        try {
            context.getFilterRegistrations()
                    .forEach(
                            (name, filter) -> {
                                boolean own =
                                        String.valueOf(filter.getClassName()).startsWith(ours);
                                boolean late = !before.contains(name);
                                Collection<String> servlets = filter.getServletNameMappings();
                                boolean named = servlets != null && !servlets.isEmpty(); // Liberty
                                if (!own && (liberty ? late || named : late && named)) {
                                    behind.add(name);
                                }
                            });
        } catch (UnsupportedOperationException | IllegalStateException e) {
            return Set.of(); // as above
        }
        return behind;
    }

    /** Null if another copy of the library has added it already. */
    private static FilterRegistration.@Nullable Dynamic add(
            ServletContext context, String name, WeirFilter filter) {
        FilterRegistration.Dynamic added = context.addFilter(name, filter);
        FilterRegistration other = context.getFilterRegistration(name);
        if (added == null
                && (other == null || !WeirFilter.class.getName().equals(other.getClassName()))) {
            throw new IllegalStateException(
                    "Weir: the application has a filter of its own called \""
                            + name
                            + "\", expected another name: Weir's filter is called so, and would be"
                            + " missing");
        }
        return added;
    }

    static boolean isLiberty(ServletContext context) {
        return String.valueOf(context.getServerInfo()).contains("Liberty");
    }

    /**
     * Filters that are mapped to a servlet come behind all that are mapped to a path. Open Liberty
     * takes {@code *} for the name of a servlet (Servlet 6.0, 6.2.4, has it for all of them).
     */
    private static void map(
            FilterRegistration.Dynamic filter, boolean behind, ServletContext context) {
        EnumSet<DispatcherType> all = EnumSet.allOf(DispatcherType.class);
        filter.setAsyncSupported(true);
        if (behind && !isLiberty(context)) {
            filter.addMappingForServletNames(all, true, "*");
        } else {
            filter.addMappingForUrlPatterns(all, behind, "/*");
        }
    }
}
