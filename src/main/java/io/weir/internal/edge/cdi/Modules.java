package io.weir.internal.edge.cdi;

import io.weir.LimiterStatus;
import io.weir.internal.app.Deployment;
import io.weir.internal.app.Host;
import io.weir.internal.app.Scan;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The modules of an application, each with a limiter of its own. Nearly always there is one. Where
 * the library is in an EAR's {@code lib}, each web module has one, and the EAR: for its EJB jars,
 * and for what is called without a request. Thread-safe once it is made.
 */
final class Modules implements AutoCloseable {

    private static final boolean HAS_SERVLETS = Scan.isPresent("jakarta.servlet.ServletContext");

    private final Discovery discovery;
    private final BeanManager manager;
    private final Optional<String> ear = Library.ear();
    private final CurrentOperation current = new CurrentOperation();
    private final Set<String> borne = ConcurrentHashMap.newKeySet();

    /** By their class loaders; that of the library is the application's, or the EAR's. */
    private final Map<ClassLoader, Deployment> deployments = new ConcurrentHashMap<>();

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
                deployments.put(loader, deployment(loader));
            } catch (IllegalStateException e) {
                reports.add(String.valueOf(e.getMessage()));
            }
        }
        if (!reports.isEmpty()) {
            throw new IllegalStateException(String.join("\n", reports));
        }
        if (Library.isLeftOut()) {
            root().refuseWithoutFilters();
        }
        if (deployments.size() > 1 && Library.isPassedOver()) {
            deployments.values().forEach(Deployment::refuseWithoutFilters);
        }
    }

    private Deployment deployment(ClassLoader module) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        boolean isSure = ear.isPresent() || Library.isInWebModule();
        ClassLoader loader = isSure || context == null ? module : context;
        Host host = new CdiHost(manager, discovery, loader, ear);
        return new Deployment(discovery.scan(), host, current.sibling(), borne);
    }

    private Deployment root() {
        return Objects.requireNonNull(deployments.get(Library.LOADER));
    }

    /** CDI has started a web application, or an application as a whole. */
    void start(Object started) {
        boolean isWeb = HAS_SERVLETS && WebApplications.isOne(started);
        if (isWeb) {
            WebApplications.requireFilters(started, () -> ofThread().refuseWithoutFilters());
        }
        if (ear.isEmpty() || (!isWeb && root().limitsBeans())) {
            root().limiter();
        }
    }

    /** The web module that the calling thread starts. */
    Deployment ofThread() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (ear.isEmpty() || loader == null) {
            return root();
        }
        if (loader == Library.LOADER || discovery.loaders().isShared(loader)) {
            Problems problems = new Problems();
            problems.add(ProblemCode.MODULE_UNKNOWN, ear.get(), loader.toString());
            throw new IllegalStateException(problems.report());
        }
        return deployments.computeIfAbsent(loader, this::deployment);
    }

    /** Of the module that holds a bean's class; what all share works for the current request. */
    Supplier<Deployment> of(@Nullable Class<?> bean) {
        if (ear.isPresent()) {
            if (bean == null) {
                return this::here;
            }
            for (Class<?> c = bean; c != null; c = c.getSuperclass()) {
                ClassLoader loader = c.getClassLoader();
                if (loader == Library.LOADER) {
                    return () -> requested().orElseGet(this::root);
                }
                Deployment web = loader == null ? null : deployments.get(loader);
                if (web != null) {
                    return () -> web;
                }
                if (discovery.loaders().isShared(loader)) {
                    break;
                }
            }
        }
        Deployment root = root();
        return () -> root;
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
    Deployment here() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return requested()
                .or(() -> Optional.ofNullable(loader).map(deployments::get))
                .orElseGet(this::root);
    }

    private Optional<Deployment> requested() {
        return current.module()
                .flatMap(
                        module ->
                                deployments.values().stream()
                                        .filter(deployment -> deployment.current() == module)
                                        .findFirst());
    }

    /** Of all modules. */
    CurrentOperation current() {
        return current;
    }

    /** Of the module that is worst off. */
    LimiterStatus worst() {
        return deployments.values().stream()
                .filter(Deployment::isRunning)
                .map(Deployment::status)
                .filter(LimiterStatus::degraded)
                .findFirst()
                .orElseGet(() -> here().status());
    }

    @Override
    public void close() {
        deployments.values().forEach(Deployment::close);
    }
}
