package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InjectionTarget;
import jakarta.enterprise.inject.spi.ProcessInjectionTarget;
import jakarta.interceptor.Interceptor;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A new object of a limited class asks the container nothing. */
class InterceptorFactoryTest {

    @Dependent
    static class Mailer {
        @RateLimited("100/hour")
        void send() {}
    }

    /** Counts how often the container makes an interceptor itself. */
    public static class Counting implements Extension {

        final AtomicInteger made = new AtomicInteger();

        @SuppressWarnings("unchecked")
        void count(
                @Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE)
                        ProcessInjectionTarget<EnforcingInterceptor> event) {
            InjectionTarget<EnforcingInterceptor> own = event.getInjectionTarget();
            event.setInjectionTarget(
                    (InjectionTarget<EnforcingInterceptor>)
                            Proxy.newProxyInstance(
                                    Counting.class.getClassLoader(),
                                    new Class<?>[] {InjectionTarget.class},
                                    (proxy, method, arguments) ->
                                            method.getName().equals("produce")
                                                    ? produced(own, arguments[0])
                                                    : method.invoke(own, arguments)));
        }

        @SuppressWarnings("unchecked")
        private EnforcingInterceptor produced(
                InjectionTarget<EnforcingInterceptor> own, Object context) {
            made.incrementAndGet();
            return own.produce((CreationalContext<EnforcingInterceptor>) context);
        }
    }

    @Test
    void theContainerMakesOneInterceptor() {
        Counting counting = new Counting();
        try (Deployed app = Deployed.with(counting, Mailer.class)) {
            for (int i = 0; i < 100; i++) {
                app.get(Mailer.class).send();
            }
            assertThatThrownBy(() -> app.get(Mailer.class).send())
                    .isInstanceOf(RateLimitExceededException.class);
        }
        assertThat(counting.made).hasValue(1);
    }
}
