package io.weir.cdi;

import io.weir.OnRefusal;
import io.weir.RateLimitExceededException;
import io.weir.gate.Gate;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides before the method, its transaction and its retries. */
@Enforced
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class EnforcingInterceptor implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Serializable for beans that passivate; what it needs is found again after that. */
    private transient @Nullable Weir weir;

    @AroundInvoke
    @Nullable Object decide(InvocationContext call) throws Exception {
        Weir weir = weir();
        Gate.Refusal refusal =
                weir.gate()
                        .call(
                                weir.rules().of(call.getTarget().getClass(), call.getMethod()),
                                call.getParameters());
        if (refusal == null) {
            return call.proceed();
        }
        if (refusal.policy().onRefusal() == OnRefusal.SKIP) {
            return skipped(call.getMethod());
        }
        throw new RateLimitExceededException(refusal.policy(), refusal.decision());
    }

    private Weir weir() {
        Weir found = weir;
        if (found == null) {
            found = CDI.current().select(WeirExtension.class).get().weir();
            weir = found;
        }
        return found;
    }

    /** What the extension allows: void, boolean or Optional. */
    private static @Nullable Object skipped(Method method) {
        Class<?> type = method.getReturnType();
        if (type == Optional.class) {
            return Optional.empty();
        }
        return type == void.class ? null : Boolean.FALSE;
    }
}
