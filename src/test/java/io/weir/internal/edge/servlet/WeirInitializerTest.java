package io.weir.internal.edge.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.CostResolver;
import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.PlanResolver;
import io.weir.RateLimited;
import io.weir.RefusalResponse;
import io.weir.WeirRedis;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.HandlesTypes;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A name that is taken leaves the container without our filter. */
class WeirInitializerTest {

    private static final class Others {}

    private static final Enumeration<String> NO_NAMES = Collections.emptyEnumeration();

    /** A context that has every filter already, of this class. */
    private static ServletContext full(Class<?> filter) {
        FilterRegistration there =
                (FilterRegistration)
                        Proxy.newProxyInstance(
                                WeirInitializerTest.class.getClassLoader(),
                                new Class<?>[] {FilterRegistration.class},
                                (proxy, method, arguments) -> filter.getName());
        return (ServletContext)
                Proxy.newProxyInstance(
                        WeirInitializerTest.class.getClassLoader(),
                        new Class<?>[] {ServletContext.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getFilterRegistration" -> there;
                                    case "getServletRegistrations", "getFilterRegistrations" ->
                                            java.util.Map.of();
                                    case "getInitParameterNames" -> NO_NAMES;
                                    default -> null;
                                });
    }

    @Test
    void aFilterOfTheApplicationWithOurNameStopsTheDeployment() {
        assertThatThrownBy(() -> new WeirInitializer().onStartup(Set.of(), full(Others.class)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"weir\"");
    }

    @Test
    void anotherCopyOfTheLibraryIsEnough() {
        assertThatCode(() -> new WeirInitializer().onStartup(Set.of(), full(WeirFilter.class)))
                .doesNotThrowAnyException();
    }

    @Test
    void classesWithARepeatedAnnotationAreFoundToo() {
        assertThat(WeirInitializer.class.getAnnotation(HandlesTypes.class).value())
                .containsExactlyInAnyOrder(
                        RateLimited.class,
                        RateLimited.List.class,
                        KeyResolver.class,
                        CostResolver.class,
                        PlanResolver.class,
                        DecisionListener.class,
                        RefusalResponse.class,
                        WeirRedis.class);
    }
}
