package io.weir.servers.ways;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;

/** An interceptor of the application. */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Upper {

    /** Answers in capitals. */
    @Upper
    @Interceptor
    @Priority(Interceptor.Priority.APPLICATION)
    class Case {

        @AroundInvoke
        Object call(InvocationContext call) throws Exception {
            return String.valueOf(call.proceed()).toUpperCase(Locale.ROOT);
        }
    }
}
