package io.weir.internal.edge.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Jersey finds features as services for its clients too. */
class WeirFeatureTest {

    @Test
    void hasNothingToDoInAClient() {
        Configuration client = answering(Configuration.class, RuntimeType.CLIENT);
        FeatureContext context = answering(FeatureContext.class, client);
        assertThat(new WeirFeature().configure(context)).isFalse();
    }

    private static <T> T answering(Class<T> type, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> answer));
    }
}
