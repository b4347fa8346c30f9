package io.weir.internal.edge.cdi;

import io.weir.OnRefusal;
import io.weir.RateLimitExceededException;
import io.weir.internal.guard.PendingCharges;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides before the method, its transaction and its retries, and before Jakarta Concurrency calls
 * it on another thread (at {@code PLATFORM_BEFORE + 5}): who is refused there is told here.
 */
@Enforced
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 1)
class EnforcingInterceptor implements Serializable {

    private static final long serialVersionUID = 1L;

    private final WeirExtension extension;

    /** Serializable for beans that passivate; what it needs is found again after that. */
    private transient @Nullable Supplier<Weir> module;

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
        Weir weir = weir(type);
        PendingCharges pending;
        try {
            pending =
                    weir.gate().call(weir.rules().of(type, call.getMethod()), call.getParameters());
        } catch (RateLimitExceededException refused) {
            return refused(weir, call, refused);
        }
        return pending.isEmpty() ? call.proceed() : proceed(call, pending);
    }

    private static @Nullable Object refused(
            Weir weir, InvocationContext call, RateLimitExceededException refused) {
        Class<?> type = call.getMethod().getReturnType();
        if (refused.policy().onRefusal() == OnRefusal.SKIP) {
            return skipped(type);
        }
        if (type.isAssignableFrom(CompletableFuture.class)
                && CompletionStage.class.isAssignableFrom(type)) {
            return CompletableFuture.failedFuture(refused);
        }
        if (weir.guard().current().isEmpty() && isResumed(call.getParameters(), refused)) {
            return null;
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

    /** On a thread of its container: nobody waits there for what is thrown. */
    private static boolean isResumed(
            @Nullable Object[] arguments, RateLimitExceededException refused) {
        return Blueprint.isPresent(Resources.NEEDS) && Resources.resume(arguments, refused);
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
            pending.succeeded();
            return result;
        }
        CompletionStage<?> after =
                stage.whenComplete(
                        (value, thrown) -> {
                            if (thrown == null) {
                                pending.succeeded();
                            } else {
                                pending.failed();
                            }
                        });
        // Who waits for it finds the permits back. A stage of another class may have more to it.
        return result.getClass() == CompletableFuture.class ? after : result;
    }

    private Weir weir(Class<?> type) {
        Supplier<Weir> found = module;
        if (found == null) {
            found = extension.modules().of(type);
            module = found;
        }
        return found.get();
    }
}
