package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.ClientIdentity;
import io.weir.CostResolver;
import io.weir.Decision;
import io.weir.KeyResolver;
import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.http.HttpGuard;
import jakarta.ejb.MessageDriven;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Specializes;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.InstanceOfAssertFactories;
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

    static class Implementing implements Api {
        @Override
        public String list() {
            return "";
        }
    }

    interface Port {
        @RateLimited("10/min")
        void call();
    }

    abstract static class Shelf<T> {
        @GET
        @RateLimited("10/min")
        public String look() {
            return "";
        }

        @POST
        @RateLimited("10/min")
        public void put(T thing) {}
    }

    /** Bears no annotation of ours, so that no container tells of it. */
    @Path("books")
    static class Books extends Shelf<String> {
        @Override
        public void put(String thing) {}
    }

    /** JAX-RS can make it, CDI cannot. */
    @Path("contextual")
    static class Contextual {
        Contextual(@Context UriInfo uri) {}

        @GET
        @RateLimited("10/min")
        public String get() {
            return "";
        }
    }

    static class NoConstructor {
        NoConstructor(String name) {}

        @RateLimited("10/min")
        void call() {}
    }

    @SuppressWarnings("ClassCanBeStatic") // that is its mistake
    class Inner {
        @RateLimited("10/min")
        void call() {}
    }

    @Dependent
    @Alternative
    static class NotSelected {
        @RateLimited("10/min")
        void call() {}
    }

    @Dependent
    static class General {
        @RateLimited("10/min")
        void call() {}
    }

    @ServerEndpoint("/chat")
    static class Chat {
        @OnMessage
        @RateLimited("5/s")
        public void say(String text) {}
    }

    @ServerEndpoint("/talk")
    @ApplicationScoped
    @RateLimited("5/s")
    static class Talk {
        @OnMessage
        public void say(String text) {}
    }

    @ApplicationScoped
    static class Programmed extends Endpoint {
        @Override
        @RateLimited("5/s")
        public void onOpen(Session session, EndpointConfig config) {}
    }

    @ApplicationScoped
    static class Heard implements MessageHandler.Whole<String> {
        @Override
        @RateLimited("5/s")
        public void onMessage(String text) {}
    }

    @ApplicationScoped
    static class Login implements Filter {
        @Override
        @RateLimited("5/s")
        public void doFilter(ServletRequest q, ServletResponse p, FilterChain chain) {}

        @RateLimited("5/s")
        public void other() {}
    }

    @ApplicationScoped
    @RateLimited("5/s")
    static class Sessions implements HttpSessionListener {
        @Override
        public void sessionCreated(HttpSessionEvent event) {}
    }

    @ApplicationScoped
    static class Filled {
        @Inject
        @RateLimited("5/s")
        void fill(RateLimiter limiter) {}
    }

    @MessageDriven
    static class Orders {
        @RateLimited("50/min")
        public void onMessage(String text) {}
    }

    @Dependent
    @Specializes
    static class Special extends General {
        @Override
        void call() {}
    }

    private static HttpGuard start(Class<?>... annotated) {
        try (Deployed app = Deployed.with()) {
            return app.get(Deployment.class).start("/shop", Set.of(annotated), Map.of());
        }
    }

    @Test
    void whatContainersCallWhereNobodyCanBeRefused() {
        assertThatThrownBy(() -> start(Chat.class))
                .hasMessageContaining("WEIR-037")
                .hasMessageContaining("Chat.say(String)")
                .hasMessageContaining("RateLimiter.tryAcquire")
                .hasMessageNotContaining("WEIR-021");
        assertThatThrownBy(() -> Deployed.with(Talk.class).close())
                .hasMessageContaining("WEIR-037")
                .hasMessageContaining("Talk.say(String)");
        for (Class<?> type : Set.of(Programmed.class, Heard.class)) {
            assertThatThrownBy(() -> Deployed.with(type).close())
                    .hasMessageContaining("WEIR-037")
                    .hasMessageContaining(type.getSimpleName() + ".on")
                    .hasMessageNotContaining("WEIR-020");
        }
        assertThatThrownBy(() -> start(Orders.class))
                .hasMessageContaining("WEIR-038")
                .hasMessageContaining("Orders.onMessage(String)")
                .hasMessageContaining("RateLimiter.acquire")
                .hasMessageNotContaining("WEIR-021");
    }

    @Test
    void methodsOfAResource() throws Exception {
        HttpGuard guard = start(Things.class);
        assertThat(guard.rules(Things.class, Things.class.getMethod("list"))).hasSize(1);
        assertThat(guard.rules(Things.class, Things.class.getMethod("create", String.class)))
                .hasSize(1);
    }

    @Test
    void methodsThatAResourceInheritsFromAnInterface() throws Exception {
        HttpGuard guard = start(Api.class);
        assertThat(guard.rules(Implementing.class, Implementing.class.getMethod("list")))
                .hasSize(1);
        assertThat(guard.rules(Implementing.class, Api.class.getMethod("list"))).hasSize(1);
    }

    @Test
    void methodsThatAResourceInheritsFromAClassThatIsAbstract() throws Exception {
        HttpGuard guard = start(Shelf.class);
        assertThat(guard.rules(Books.class, Books.class.getMethod("look"))).hasSize(1);
        assertThat(guard.rules(Books.class, Books.class.getMethod("put", String.class))).hasSize(1);
    }

    @Test
    void aResourceThatCdiFindsAndCannotMake() throws Exception {
        try (Deployed app = Deployed.with(Contextual.class)) {
            HttpGuard guard =
                    app.get(Deployment.class).start("/shop", Set.of(Contextual.class), Map.of());
            assertThat(guard.rules(Contextual.class, Contextual.class.getMethod("get"))).hasSize(1);
        }
    }

    /** A bean of its class may be there as well, and nobody calls that. */
    @Test
    void whatContainersCallOnObjectsOfTheirOwn() {
        Map.of(
                        Login.class, "Login.doFilter(",
                        Sessions.class, "Sessions.sessionCreated(",
                        Filled.class, "Filled.fill(")
                .forEach(
                        (type, method) ->
                                assertThatThrownBy(() -> Deployed.with(type).close())
                                        .hasMessageContaining("WEIR-020")
                                        .hasMessageContaining(method)
                                        .hasMessageNotContaining("Login.other()"));
    }

    @Path("located-below")
    @RateLimited("10/min")
    static class Locating {
        @Path("below")
        public Object below() {
            return new Object();
        }

        @GET
        public String get() {
            return "";
        }
    }

    /** JAX-RS calls it, and its filters only what answers. */
    @Test
    void aLocatorOfALimitedResourceIsSaid() {
        Logger logger = Logger.getLogger("io.weir");
        List<String> warnings = new CopyOnWriteArrayList<>();
        logger.setFilter(
                line -> {
                    if (line.getLevel() == Level.WARNING) {
                        warnings.add(line.getMessage());
                    }
                    return true;
                });
        try {
            start(Locating.class);
        } finally {
            logger.setFilter(null);
        }
        assertThat(warnings)
                .singleElement(as(InstanceOfAssertFactories.STRING))
                .contains("WEIR-021", "Locating.below()");
    }

    /** The class of an object that others have made may say nothing but this. */
    @Test
    void theInterfaceOfASubResource() throws Exception {
        try (Deployed app = Deployed.with(Tenant.class)) {
            HttpGuard guard = app.get(HttpGuard.class);
            assertThat(guard.rules(Api.class, Api.class.getMethod("list"))).hasSize(1);
        }
    }

    @Test
    void whatCdiFindsAndDoesNotManageStopsTheDeployment() {
        for (Class<?> type : Set.of(NoConstructor.class, Inner.class)) {
            assertThatThrownBy(() -> Deployed.with(type).close())
                    .as(type.getName())
                    .hasMessageContaining("WEIR-021")
                    .hasMessageContaining(type.getName() + ".call()");
        }
    }

    @Test
    void whatIsNoBeanHereIsCalledByNobody() {
        try (Deployed app = Deployed.with(NotSelected.class, General.class, Special.class)) {
            app.get(Deployment.class)
                    .start(
                            "/shop",
                            Set.of(NotSelected.class, General.class, Special.class),
                            Map.of());
        }
    }

    @Path("idle")
    @Alternative
    @Dependent
    static class IdleResource {
        @GET
        @RateLimited("10/min")
        public String get() {
            return "";
        }
    }

    @Test
    void whatIsNoBeanHereAndServesRequestsAllTheSame() throws Exception {
        try (Deployed app = Deployed.with(IdleResource.class)) {
            HttpGuard guard =
                    app.get(Deployment.class).start("/shop", Set.of(IdleResource.class), Map.of());
            assertThat(guard.rules(IdleResource.class, IdleResource.class.getMethod("get")))
                    .hasSize(1);
        }
    }

    @Test
    void whatNobodyWouldLimitStopsTheDeployment() {
        for (Class<?> type : Set.of(Helped.class, Located.class, Port.class)) {
            assertThatThrownBy(() -> start(type))
                    .hasMessageContaining("WEIR-021")
                    .hasMessageContaining(type.getName());
        }
    }

    @Named("tenant")
    @ApplicationScoped
    static class Tenant implements KeyResolver, CostResolver {
        @Override
        public Optional<String> resolve(ClientIdentity client) {
            return Optional.of("acme");
        }

        @Override
        public long cost(ClientIdentity client) {
            return 2;
        }
    }

    @RateLimited(name = "byTenant", value = "4/hour", key = "bean:tenant", costBean = "tenant")
    static class ByTenant extends HttpServlet {}

    @RateLimited(value = "2/hour", key = "bean:nobody")
    static class ByNobody extends HttpServlet {}

    @RateLimited(value = "2/hour", onRefusal = OnRefusal.SKIP)
    static class Skipped extends HttpServlet {}

    @RateLimited(value = "2/hour", key = "path:id")
    static class ByPath extends HttpServlet {}

    private static void start(Deployed app, Class<?> servlet) {
        app.get(Deployment.class).start("/shop", Set.of(servlet), Map.of("it", servlet.getName()));
    }

    @Test
    void beansFindKeysAndCostsOfServletsToo() {
        try (Deployed app = Deployed.with(Tenant.class)) {
            start(app, ByTenant.class);
            RateLimiter limiter = app.get(RateLimiter.class);
            assertThat(limiter.tryAcquire("byTenant")).isInstanceOf(Decision.Admitted.class);
            assertThat(limiter.peek("byTenant").get(0).remaining()).isEqualTo(2);
        }
    }

    @Test
    void whatAServletCannotDoStopsTheDeployment() {
        Map<Class<?>, String> codes =
                Map.of(
                        ByNobody.class, "WEIR-026",
                        Skipped.class, "WEIR-022",
                        ByPath.class, "WEIR-025");
        codes.forEach(
                (type, code) -> {
                    try (Deployed app = Deployed.with(Tenant.class)) {
                        assertThatThrownBy(() -> start(app, type))
                                .hasMessageContaining(code)
                                .hasMessageContaining(type.getName());
                    }
                });
    }

    @Path("/limited")
    @RateLimited("2/hour")
    @Dependent
    public static class LimitedResource {
        @GET
        public String get() {
            return "";
        }
    }

    @Path("/free")
    @RateLimited.None
    public static class FreeResource extends LimitedResource {}

    @Test
    void anExemptResourceIsNotLimitedAsItsSuperclassIs() throws Exception {
        try (Deployed app = Deployed.with(LimitedResource.class)) {
            HttpGuard guard = app.get(HttpGuard.class);
            assertThat(guard.rules(FreeResource.class, FreeResource.class.getMethod("get")))
                    .isEmpty();
            assertThat(guard.rules(LimitedResource.class, LimitedResource.class.getMethod("get")))
                    .hasSize(1);
        }
    }
}
