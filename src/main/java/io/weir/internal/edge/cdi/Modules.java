package io.weir.internal.edge.cdi;

import io.weir.ClientIdentity;
import io.weir.LimiterStatus;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The modules of an application, each with a limiter of its own. Nearly always there is one. Where
 * the library is in an EAR's {@code lib}, each web module has one, and the EAR: for its EJB jars,
 * and for what is called without a request. Thread-safe once it is made.
 */
final class Modules implements AutoCloseable {

    private final Discovery discovery;
    private final BeanManager manager;
    private final Optional<String> ear = Library.ear();
    private final CurrentOperation current = new CurrentOperation();
    private final Set<String> borne = ConcurrentHashMap.newKeySet();

    /** By their class loaders; that of the library is the application's, or the EAR's. */
    private final Map<ClassLoader, Assembly> assemblies = new ConcurrentHashMap<>();

    /**
     * Reads and validates all that is known by now.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Modules(Discovery discovery, BeanManager manager) {
        this.discovery = discovery;
        this.manager = manager;
        List<ClassLoader> known = new ArrayList<>(List.of(Library.LOADER));
        if (ear.isPresent()) {
            known.addAll(discovery.loaders().ofWebModules());
        }
        List<String> reports = new ArrayList<>();
        for (ClassLoader loader : known) {
            try {
                assemblies.put(loader, assembly(loader));
            } catch (IllegalStateException e) {
                reports.add(String.valueOf(e.getMessage()));
            }
        }
        if (!reports.isEmpty()) {
            throw new IllegalStateException(String.join("\n", reports));
        }
        if (Library.isLeftOut()) {
            root().blueprint().refuseWithoutFilters();
        }
        if (assemblies.size() > 1 && Library.isPassedOver()) {
            assemblies.values().forEach(web -> web.blueprint().refuseWithoutFilters());
        }
    }

    private Assembly assembly(ClassLoader loader) {
        Loaders loaders = discovery.loaders();
        if (ear.isEmpty()) {
            Place place = Library.isInWebModule() ? Place.of(loader) : Place.ofThread();
            return assembly(discovery, place, Optional.empty());
        }
        if (loader == Library.LOADER) {
            Predicate<Class<?>> part = type -> !loaders.isWeb(type.getClassLoader());
            Place place = new Place(loader, loaders.shared(), List.of());
            return assembly(discovery.of(part), place, ear);
        }
        Predicate<Class<?>> part =
                type -> type.getClassLoader() == loader || type.getClassLoader() == Library.LOADER;
        Place place = new Place(loader, List.of(loader), loaders.shared());
        return assembly(discovery.of(part), place, Optional.empty());
    }

    private Assembly assembly(Discovery part, Place place, Optional<String> name) {
        return new Assembly(
                new Blueprint(part, new CdiBeans(manager, part, place), place, borne),
                current.sibling(),
                name);
    }

    private Assembly root() {
        return Objects.requireNonNull(assemblies.get(Library.LOADER));
    }

    /** CDI has started a web application, or an application as a whole. */
    void start(Object started) {
        Servlets.requireFilters(started, () -> ofThread().blueprint().refuseWithoutFilters());
        if (ear.isEmpty() || (!Servlets.isContext(started) && root().blueprint().limitsBeans())) {
            root().weir();
        }
    }

    /** The web module that the calling thread starts. */
    Weir web() {
        return ofThread().weir();
    }

    private Assembly ofThread() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (ear.isEmpty() || loader == null) {
            return root();
        }
        if (loader == Library.LOADER || discovery.loaders().isShared(loader)) {
            Problems problems = new Problems();
            problems.add(ProblemCode.MODULE_UNKNOWN, ear.get(), loader.toString());
            throw new IllegalStateException(problems.report());
        }
        return assemblies.computeIfAbsent(loader, this::assembly);
    }

    /** Of the module that holds a bean's class; what all share works for the current request. */
    Supplier<Weir> of(@Nullable Class<?> bean) {
        if (bean == null) {
            return this::here;
        }
        if (ear.isPresent()) {
            for (Class<?> c = bean; c != null; c = c.getSuperclass()) {
                ClassLoader loader = c.getClassLoader();
                if (loader == Library.LOADER) {
                    return () -> requested().orElseGet(this::root).weir();
                }
                Assembly web = loader == null ? null : assemblies.get(loader);
                if (web != null) {
                    return web::weir;
                }
                if (discovery.loaders().isShared(loader)) {
                    break;
                }
            }
        }
        return root()::weir;
    }

    /** The class into which something is injected; null where it is looked up. */
    static @Nullable Class<?> holder(@Nullable InjectionPoint point) {
        if (point != null && point.getBean() != null) {
            return point.getBean().getBeanClass();
        }
        return point == null || point.getMember() == null
                ? null
                : point.getMember().getDeclaringClass();
    }

    /** Of the module that the calling thread works for, as far as it shows. */
    Weir here() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return requested()
                .or(() -> Optional.ofNullable(loader).map(assemblies::get))
                .orElseGet(this::root)
                .weir();
    }

    private Optional<Assembly> requested() {
        return current.module()
                .flatMap(
                        module ->
                                assemblies.values().stream()
                                        .filter(assembly -> assembly.current() == module)
                                        .findFirst());
    }

    ClientIdentity client() {
        return new CurrentClient(current);
    }

    /** Of the module that is worst off. */
    LimiterStatus worst() {
        return assemblies.values().stream()
                .flatMap(assembly -> assembly.running().stream())
                .map(Weir::status)
                .filter(LimiterStatus::degraded)
                .findFirst()
                .orElseGet(() -> here().status());
    }

    @Override
    public void close() {
        assemblies.values().forEach(Assembly::close);
    }
}
