package io.weir.internal.edge.cdi;

import io.weir.WeirRedis;
import io.weir.internal.app.Host;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import io.weir.internal.redis.RedissonCompatibility;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.util.AnnotationLiteral;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.Set;

/**
 * The application's own {@code RedissonClient}, if it has one for us. Known by its name, for
 * Redisson may be missing.
 */
record OwnRedissonBean(
        BeanManager manager, Bean<?> bean, CreationalContext<?> context, ClassLoader application)
        implements Host.OwnRedisson {

    private static final String TYPE = "org.redisson.api.RedissonClient";

    /** Looks for the bean; reports one that cannot be used. */
    static Optional<Host.OwnRedisson> in(CdiHost host, Problems problems) {
        BeanManager manager = host.manager();
        Set<Bean<?>> qualified = host.resolvable(Object.class, Literal.INSTANCE);
        if (qualified.isEmpty()) {
            return Optional.empty();
        }
        if (RedissonCompatibility.isInside()) {
            problems.add(ProblemCode.REDISSON_INSIDE, "@WeirRedis", qualified.toString());
            return Optional.empty();
        }
        Bean<?> bean;
        try {
            bean = manager.resolve(qualified);
        } catch (AmbiguousResolutionException e) {
            problems.add(
                    ProblemCode.REDISSON_BEAN,
                    "@WeirRedis",
                    qualified.size() + " beans: " + qualified);
            return Optional.empty();
        }
        if (bean.getTypes().stream().noneMatch(OwnRedissonBean::isOurs)) {
            problems.add(ProblemCode.REDISSON_BEAN, "@WeirRedis", bean.toString());
            return Optional.empty();
        }
        CreationalContext<?> context = manager.createCreationalContext(bean);
        return Optional.of(new OwnRedissonBean(manager, bean, context, host.loader()));
    }

    /** Whether it is Redisson's, and Weir sees the same or none: that is a problem of its own. */
    private static boolean isOurs(Type type) {
        try {
            return type.getTypeName().equals(TYPE)
                    && Class.forName(TYPE, false, OwnRedissonBean.class.getClassLoader()) == type;
        } catch (ClassNotFoundException e) {
            return true;
        }
    }

    /** The client, made now if it was not yet; fails as the application's producer does. */
    @Override
    public Object get() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(application);
        try {
            return instance(bean);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @SuppressWarnings("unchecked") // it was made for this bean
    private <T> Object instance(Bean<T> bean) {
        Class<? extends Annotation> scope = bean.getScope();
        return manager.isNormalScope(scope)
                // No proxy: after the end of its scope that would make another client.
                ? manager.getContext(scope).get(bean, (CreationalContext<T>) context)
                : manager.getReference(bean, Object.class, context);
    }

    /** Gives a dependent client back to its disposer. */
    @Override
    public void close() {
        context.release();
    }

    private static final class Literal extends AnnotationLiteral<WeirRedis> implements WeirRedis {

        private static final long serialVersionUID = 1L;

        static final Literal INSTANCE = new Literal();
    }
}
