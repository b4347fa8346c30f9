package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.KeyResolver;
import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told apart. */
class KeysTest {

    record Statement() {}

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        @Path("keys")
        class Keys {

            // guide: per user
            @RateLimited(value = "30/hour", key = "principal")
            public Statement statement() {
                return new Statement();
            }

            // end

            // guide: per api key and per client
            @GET
            @Path("quotes")
            @RateLimited("300/hour")
            @RateLimited(value = "100/hour", key = "header:X-Api-Key")
            public String quotes() {
                return "quotes";
            }

            // end

            // guide: per path parameter
            @PUT
            @Path("{id}/picture")
            @RateLimited(value = "10/hour", key = "client+path:id")
            public void picture(@PathParam("id") long id, byte[] picture) {}

            // end

            // guide: for everybody together
            @RateLimited(value = "50/min", key = "global")
            public void callPartner() {}

            // end

            // guide: per resource id
            @POST
            @RateLimited(value = "3/hour", key = "principal")
            public void invite(@ResourceId UUID team, @ResourceId String email, String text) {}

            // end

            // guide: per tenant
            @RateLimited(value = "1000/hour", key = "bean:tenant")
            public void importOrders() {}
            // end
        }

        // guide: a key resolver
        @Named("tenant")
        @ApplicationScoped
        public class Tenant implements KeyResolver {

            private final Map<String, String> tenants = Map.of("203.0.113.7", "acme");

            @Override
            public Optional<String> resolve(ClientIdentity client) {
                return Optional.ofNullable(tenants.get(client.address()));
            }
        }
        // end
    }

    private static final Map<String, String> PROXY =
            Map.of("weir.client.trusted-proxies", "127.0.0.1");

    @TempDir java.nio.file.Path directory;

    private Served serving(Call call) throws Exception {
        Served app = Served.with(directory, PROXY, Shop.Keys.class, Shop.Tenant.class);
        app.page(
                (request, response) -> {
                    call.make(app.get(Shop.Keys.class));
                    response.getWriter().print("ok");
                });
        return app;
    }

    interface Call {
        void make(Shop.Keys keys);
    }

    @Test
    void usersWhereverTheyAreAndTheAddressOfStrangers() throws Exception {
        try (Served app = serving(Shop.Keys::statement)) {
            for (int i = 0; i < 30; i++) {
                assertThat(
                                app.get("/", "X-User", "ann", "X-Forwarded-For", "198.51.100." + i)
                                        .statusCode())
                        .isEqualTo(200);
            }
            assertThat(app.admitted("/", "X-User", "ann")).isZero();
            assertThat(app.admitted("/", "X-User", "bob")).isEqualTo(30);
            assertThat(app.admitted("/", "X-Forwarded-For", "198.51.100.1")).isEqualTo(30);
            assertThat(app.admitted("/", "X-Forwarded-For", "198.51.100.2")).isEqualTo(30);
        }
    }

    @Test
    void whoInventsApiKeysIsStoppedByTheLimitOfHisAddress() throws Exception {
        try (Served app = serving(Shop.Keys::quotes)) {
            assertThat(app.admitted("/", "X-Api-Key", "a")).isEqualTo(100);
            assertThat(app.admitted("/", "X-Api-Key", "b")).isEqualTo(100);
            // The first refusals were admitted by the first limit: what it took stays taken.
            assertThat(app.admitted("/", "X-Api-Key", "c")).isEqualTo(98);
            assertThat(app.admitted("/", "X-Api-Key", "d")).isZero();
            assertThat(app.admitted("/", "X-Api-Key", "a", "X-Forwarded-For", "203.0.113.9"))
                    .as("a key is the same from everywhere")
                    .isZero();
            assertThat(app.admitted("/", "X-Forwarded-For", "203.0.113.10"))
                    .as("without the header it is the address")
                    .isEqualTo(100);
        }
    }

    @Test
    void everybodyTogether() throws Exception {
        try (Served app = serving(Shop.Keys::callPartner)) {
            for (int i = 0; i < 50; i++) {
                app.get("/", "X-Forwarded-For", "203.0.113." + i);
            }
            assertThat(app.admitted("/", "X-Forwarded-For", "203.0.113.77")).isZero();
        }
    }

    @Test
    void whatTheResolverDoesNotKnowIsTheAddress() throws Exception {
        try (Served app = serving(Shop.Keys::importOrders)) {
            assertThat(app.admitted("/", "X-Forwarded-For", "203.0.113.7")).isEqualTo(1000);
            assertThat(app.get("/", "X-Forwarded-For", "203.0.113.8").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void eachResourceIdIsCountedForItself() {
        try (Deployed app = Deployed.with(Shop.Keys.class, Shop.Tenant.class)) {
            Shop.Keys keys = app.get(Shop.Keys.class);
            UUID team = UUID.randomUUID();
            assertThat(Calls.admitted(() -> keys.invite(team, "a@example.org", "x"))).isEqualTo(3);
            assertThat(Calls.admitted(() -> keys.invite(team, "b@example.org", "x"))).isEqualTo(3);
            UUID other = UUID.randomUUID();
            assertThat(Calls.admitted(() -> keys.invite(other, "a@example.org", "x"))).isEqualTo(3);
            assertThat(Calls.admitted(() -> keys.invite(team, "a@example.org", "y")))
                    .as("the text is no resource id")
                    .isZero();
        }
    }

    @Test
    void aPartOfThePath() throws Exception {
        try (Served app = serving(keys -> {})) {
            assertThat(ResourceCalls.admitted(app, Shop.Keys.class, "picture", Map.of("id", "1")))
                    .isEqualTo(10);
            assertThat(ResourceCalls.admitted(app, Shop.Keys.class, "picture", Map.of("id", "2")))
                    .isEqualTo(10);
        }
    }
}
