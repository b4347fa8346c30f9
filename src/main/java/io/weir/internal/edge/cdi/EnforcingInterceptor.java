package io.weir.internal.edge.cdi;

import io.weir.OnRefusal;
import io.weir.RateLimitExceededException;
import io.weir.internal.app.Deployment;
import io.weir.internal.app.Scan;
import io.weir.internal.guard.PendingCharges;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.container.AsyncResponse;
import java.io.Serializable;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides before the method, its transaction and its retries, and before Jakarta Concurrency calls
 * it on another thread (at {@code PLATFORM_BEFORE + 5}): who is refused there is told here.
 */
@EnforcingInterceptor.Enforced
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 1)
class EnforcingInterceptor implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Object[] NOTHING = {};

    private static final boolean HAS_JAX_RS =
            Scan.isPresent("jakarta.ws.rs.container.AsyncResponse");

    /** The one binding behind all annotations; the extension adds it to each limited method. */
    @InterceptorBinding
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface Enforced {}

    private final WeirExtension extension;

    /** Serializable for beans that passivate; what it needs is found again after that. */
    private transient @Nullable Supplier<Deployment> module;

    /** CDI's own bean, which may be serialized. */
    @Inject
    EnforcingInterceptor(WeirExtension extension) {
        this.extension = extension;
    }

    /** For another object of a limited class. */
    EnforcingInterceptor another() {
        return new EnforcingInterceptor(extension);
    }

    @AroundInvoke
    @Nullable Object decide(InvocationContext call) throws Exception {
        Class<?> type = call.getTarget().getClass();
        Deployment deployment = deployment(type);
        PendingCharges pending;
        try {
            pending = deployment.call(type, call.getMethod(), arguments(call));
        } catch (RateLimitExceededException refused) {
            return refused(deployment, call, refused);
        }
        return pending.isEmpty() ? call.proceed() : proceed(call, pending);
    }

    /** Payara says null where a method takes nothing. */
    private static @Nullable Object[] arguments(InvocationContext call) {
        @Nullable Object[] arguments = call.getParameters();
        return arguments == null ? NOTHING : arguments;
    }

    private static @Nullable Object refused(
            Deployment deployment, InvocationContext call, RateLimitExceededException refused) {
        Class<?> type = call.getMethod().getReturnType();
        if (refused.policy().onRefusal() == OnRefusal.SKIP) {
            return skipped(type);
        }
        if (type.isAssignableFrom(CompletableFuture.class)
                && CompletionStage.class.isAssignableFrom(type)) {
            return CompletableFuture.failedFuture(refused);
        }
        if (HAS_JAX_RS
                && deployment.guard().current().isEmpty()
                && JaxRs.resume(arguments(call), refused)) {
            return null; // on a thread of its container nobody waits for what is thrown
        }
        throw refused;
    }

    /** What the extension allows: void, boolean or Optional. */
    private static @Nullable Object skipped(Class<?> type) {
        if (type == Optional.class) {
            return Optional.empty();
        }
        return type == void.class ? null : Boolean.FALSE;
    }

    private static @Nullable Object proceed(InvocationContext call, PendingCharges pending)
            throws Exception {
        try {
            return finished(call.proceed(), pending);
        } catch (Throwable e) {
            pending.failed();
            throw e;
        }
    }

    /** The method has not thrown; a stage of its may still fail. */
    private static @Nullable Object finished(@Nullable Object result, PendingCharges pending) {
        if (!(result instanceof CompletionStage<?> stage)) {
            pending.succeeded(result);
            return result;
        }
        CompletionStage<?> after =
                stage.whenComplete(
                        (value, thrown) -> {
                            if (thrown == null) {
                                pending.succeeded(value);
                            } else {
                                pending.failed();
                            }
                        });
        // Who waits for it finds the permits back. A stage of another class may have more to it.
        return result.getClass() == CompletableFuture.class ? after : result;
    }

    private Deployment deployment(Class<?> type) {
        Supplier<Deployment> found = module;
        if (found == null) {
            found = extension.modules().of(type);
            module = found;
        }
        return found.get();
    }

    /** Loaded only where JAX-RS is. */
    private static final class JaxRs {

        /** Answers the request that an argument is to answer later, if there is one. */
        static boolean resume(@Nullable Object[] arguments, Throwable thrown) {
            for (Object argument : arguments) {
                if (argument instanceof AsyncResponse waiting) {
                    return waiting.resume(thrown);
                }
            }
            return false;
        }
    }
}
