package io.weir.internal.edge.cdi;

import io.weir.internal.app.Scan;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import io.weir.internal.redis.RedissonCompatibility;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessInjectionTarget;
import jakarta.enterprise.inject.spi.WithAnnotations;
import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the annotated methods, binds the interceptor to them, and builds the limiter when all of
 * the application is known, or stops the deployment with everything that is wrong. Found by CDI as
 * a service; not for applications.
 */
public class WeirExtension implements Extension {

    private static final Annotation BINDING =
            EnforcingInterceptor.class.getAnnotation(EnforcingInterceptor.Enforced.class);

    /** A system property of Open Liberty. */
    private static final boolean LIBERTY = System.getProperty("wlp.install.dir") != null;

    private final Discovery discovery = new Discovery();
    private @Nullable Modules modules;
    private int copies;

    /** For CDI. */
    public WeirExtension() {}

    void offer(@Observes BeforeBeanDiscovery event) {
        if (Scan.isPresent("org.eclipse.microprofile.health.HealthCheck")) {
            event.addAnnotatedType(StoreHealth.class, "weir-health")
                    .add(Dependent.Literal.INSTANCE);
        }
    }

    /** Without a filter: CDI's does not see annotations of interfaces. */
    <T> void bind(@Observes ProcessAnnotatedType<T> event) {
        Class<?> type = event.getAnnotatedType().getJavaClass();
        if (type == WeirBeans.class) { // Weld takes that of another loader for the same
            copies++;
        }
        Set<Method> methods = discovery.type(type);
        if (methods.isEmpty()) {
            return;
        }
        event.configureAnnotatedType()
                .filterMethods(method -> methods.contains(method.getJavaMember()))
                .forEach(method -> method.add(BINDING));
    }

    /** One class in two archives is two beans for CDI, which would be ambiguous. */
    void count(@Observes AfterBeanDiscovery event) {
        if (copies > 1) {
            Problems problems = new Problems();
            String places = RedissonCompatibility.places(discovery.loaders().widest());
            problems.add(ProblemCode.THERE_TWICE, "the application", places);
            event.addDefinitionError(new DeploymentException(problems.report()));
        }
    }

    /**
     * Open Liberty has Weld make each resource, provider, listener and endpoint that something is
     * injected into, by its class as it is written, before it looks at beans. Weld tells the
     * subclasses that it makes by their names: a bean with another interceptor would be of one that
     * does not call ours.
     */
    <T> void makeFirst(
            @Observes @Priority(Integer.MAX_VALUE) @WithAnnotations(Retention.class)
                    ProcessAnnotatedType<T> event,
            BeanManager beans) {
        AnnotatedType<T> type = event.getAnnotatedType(); // with all that extensions have added
        if (LIBERTY && !discovery.type(type.getJavaClass()).isEmpty()) {
            beans.getInjectionTargetFactory(type).createInjectionTarget(null);
        }
    }

    void make(@Observes ProcessInjectionTarget<EnforcingInterceptor> event) {
        event.setInjectionTarget(new InterceptorFactory(event.getInjectionTarget()));
    }

    void sort(@Observes ProcessBean<?> event) {
        discovery.bean(event);
    }

    void build(@Observes AfterDeploymentValidation event, BeanManager beans) {
        try {
            modules = new Modules(discovery, beans);
        } catch (IllegalStateException e) {
            event.addDeploymentProblem(new DeploymentException(e.getMessage()));
        }
    }

    /** The deployment is valid: before, it could still fail, and nobody would end a thread. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        if (modules != null) {
            modules.start(event);
        }
    }

    void close(@Observes BeforeShutdown event) {
        if (modules != null) {
            modules.close();
        }
    }

    Modules modules() {
        if (modules == null) {
            throw new IllegalStateException(
                    "the application asks for its limits before it is deployed");
        }
        return modules;
    }
}
