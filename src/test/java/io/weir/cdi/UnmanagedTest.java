package io.weir.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.RateLimited;
import io.weir.http.HttpDeployment;
import io.weir.http.HttpGuard;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Annotated classes that CDI does not manage: JAX-RS limits its own methods, nobody the others. */
class UnmanagedTest {

    interface Crud<T> {
        @POST
        void create(T thing);
    }

    @Path("things")
    @RateLimited("10/min")
    static class Things implements Crud<String> {
        @GET
        public String list() {
            return helper();
        }

        @Override
        public void create(String thing) {}

        public String helper() {
            return "";
        }
    }

    @Path("helped")
    static class Helped {
        @GET
        public String get() {
            return "";
        }

        @RateLimited("10/min")
        public void count() {}
    }

    @Path("located")
    static class Located {
        @Path("below")
        @RateLimited("10/min")
        public Object below() {
            return new Object();
        }
    }

    @Path("things")
    interface Api {
        @GET
        @RateLimited("10/min")
        String list();
    }

    private static HttpGuard start(Class<?>... annotated) {
        try (Deployed app = Deployed.with()) {
            return app.get(HttpDeployment.class).start("/shop", Set.of(annotated));
        }
    }

    @Test
    void methodsOfAResource() throws Exception {
        HttpGuard guard = start(Things.class);
        assertThat(guard.rules(Things.class, Things.class.getMethod("list"))).hasSize(1);
        assertThat(guard.rules(Things.class, Things.class.getMethod("create", String.class)))
                .hasSize(1);
    }

    @Test
    void whatNobodyWouldLimitStopsTheDeployment() {
        for (Class<?> type : Set.of(Helped.class, Located.class, Api.class)) {
            assertThatThrownBy(() -> start(type))
                    .hasMessageContaining("WEIR-021")
                    .hasMessageContaining(type.getName());
        }
    }
}
