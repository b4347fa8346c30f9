package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.ClientIdentity;
import io.weir.Decision;
import io.weir.Key;
import io.weir.KeyResolver;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import io.weir.internal.app.Deployment;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.operator.Explanation;
import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Question;
import io.weir.testing.RealRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServlet;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator asks and changes, on whole nodes of one real Redis. */
class OperatorTest {

    private static final String CLIENT = "203.0.113.7";

    /** Of JAX-RS, which is not here: only its annotations are. */
    @ApplicationScoped
    @Path("products")
    public static class Products {
        @GET
        @Path("{id: [0-9]+}")
        @RateLimited(value = "3/min", name = "product", key = "client+path:id")
        public String get(@PathParam("id") long id) {
            return "";
        }

        @GET
        @Path("new")
        @RateLimited(value = "9/min", name = "newest")
        public String newest() {
            return "";
        }

        @DELETE
        @Path("{id: [0-9]+}")
        @RateLimited(value = "5/min", name = "views")
        public String delete(@ResourceId @PathParam("id") long id) {
            return "";
        }
    }

    /** Beside it, and free. */
    @Path("products/offers")
    public static class Offers {
        @GET
        public String list() {
            return "";
        }

        @GET
        @Path("{id}")
        public String get(@PathParam("id") String id) {
            return "";
        }
    }

    /** With a locator, and with two methods that only the media type tells apart. */
    @ApplicationScoped
    @Path("customers")
    public static class Customers {
        @Path("{id}/orders")
        public Object orders(@PathParam("id") long id) {
            return this;
        }

        @GET
        @Produces("text/plain")
        @RateLimited(value = "4/min", name = "plain")
        public String plain() {
            return "";
        }

        @GET
        @Produces("text/html")
        public String html() {
            return "";
        }

        @GET
        @Path("{id}")
        @RateLimited(value = "6/min", name = "customer")
        public String get(@PathParam("id") String id) {
            return "";
        }

        @POST
        @Path("all")
        public String post() {
            return "";
        }
    }

    /** As a container knows it. */
    @RateLimited(value = "8/min", name = "reports")
    public static class Reports extends HttpServlet {
        private static final long serialVersionUID = 1L;
    }

    /** Only the application knows. */
    @ApplicationScoped
    @Named("tenant")
    public static class Tenant implements KeyResolver {
        @Override
        public Optional<String> resolve(ClientIdentity client) {
            throw new AssertionError("nobody asks it");
        }
    }

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.started();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static Deployed node(String application, boolean shares) {
        Map<String, String> settings = new HashMap<>();
        if (shares) {
            settings.put("weir.redis.url", redis.url());
            settings.put("weir.redis.deadline", "2s");
        }
        settings.put("weir.application", application);
        settings.put("weir.policies", "orders, bucket, tenants");
        settings.put("weir.policy.orders.limit", "20/min");
        settings.put("weir.policy.bucket.limit", "10/h burst 10");
        settings.put("weir.policy.tenants.limit", "10/h");
        settings.put("weir.policy.tenants.key", "bean:tenant");
        settings.put("weir.policy.search.limit", "2/min, 100/day");
        settings.put("weir.policy.search.path", "/search");
        settings.put("weir.policy.all.limit", "50/min");
        settings.put("weir.policy.all.path", "/*");
        settings.put("weir.policy.all.mode", "observe");
        Deployed node = Deployed.with(settings, Products.class, Customers.class, Tenant.class);
        try {
            node.get(Deployment.class)
                    .start(
                            "/" + application,
                            Set.of(Reports.class),
                            Map.of("reports-servlet", Reports.class.getName()));
            if (shares) {
                await(() -> !operator(node).explain(question("orders")).store().equals("local"));
            }
            return node;
        } catch (AssertionError e) {
            node.close(); // or it would be in the way of other tests
            throw e;
        }
    }

    private static Operator operator(Deployed node) {
        return node.get(Deployment.class).operator();
    }

    private static Question question(String policy, String... ids) {
        return new Question(policy, List.of(ids), "", "", CLIENT, "", Map.of());
    }

    private static Question request(String method, String path) {
        return new Question("", List.of(), method, path, CLIENT, "", Map.of());
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(until);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static int admitted(Deployed node, String policy, String client, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            boolean passed =
                    node.get(RateLimiter.class).tryAcquire(policy, Key.ofClient(client), 1)
                            instanceof Decision.Admitted;
            admitted += passed ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void itIsExplainedWhatARequestMeets() {
        try (Deployed node = node("explained", true)) {
            Operator operator = operator(node);
            Explanation search = operator.explain(request("GET", "/search?q=tea"));
            assertThat(search.decision()).isEqualTo("admitted");
            assertThat(search.store()).isEqualTo("redis");
            assertThat(search.policies())
                    .extracting(Explanation.Part::policy)
                    .containsExactlyInAnyOrder("search", "all");
            assertThat(admitted(node, "search", CLIENT, 3)).isEqualTo(2);
            for (int asked = 0; asked < 3; asked++) {
                Explanation refused = operator.explain(request("GET", "/search"));
                assertThat(refused.decision()).isEqualTo("refused");
                assertThat(refused.by()).isEqualTo("search");
            }
            Explanation.Part part = part(operator, "/search", "search");
            assertThat(part.key()).isEqualTo(CLIENT);
            assertThat(part.digits()).hasSize(16);
            assertThat(part.limits())
                    .extracting(Explanation.Left::remaining)
                    .containsExactly(0L, 98L);
            assertThat(part.retryAfterMillis()).isBetween(1L, 60_000L);
            assertThat(part.meaning()).contains("at most 2 in any", "weir.policy.search.limit");
            assertThat(part(operator, "/search", "all").mode()).isEqualTo("observe");
            assertThat(operator.peek("search", CLIENT))
                    .extracting(Explanation.Left::remaining)
                    .containsExactly(0L, 98L);
        }
    }

    private static Explanation.Part part(Operator operator, String path, String policy) {
        return operator.explain(request("GET", path)).policies().stream()
                .filter(p -> p.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void resourceMethodsAreMatchedAsJaxRsDoes() {
        try (Deployed node = node("resources", false)) {
            Operator operator = operator(node);
            assertThat(part(operator, "/api/products/7", "product").key())
                    .isEqualTo(CLIENT + "+path=7");
            assertThat(part(operator, "/products/new", "newest").where()).isEqualTo("jaxrs");
            assertThat(operator.explain(request("GET", "/nothing")).policies())
                    .extracting(Explanation.Part::policy)
                    .containsExactly("all");
            Explanation delete = operator.explain(request("DELETE", "/products/7"));
            assertThat(delete.decision()).isEqualTo("undecided");
            assertThat(delete.by()).isEqualTo("views");
            assertThat(delete.policies().get(1).asks()).singleElement().asString().contains("id");
            assertThat(operator.explain(question("views", "7")).decision()).isEqualTo("admitted");
            assertThat(operator.explain(question("views", "7")).policies().get(0).key())
                    .isEqualTo(CLIENT + ":7");
        }
    }

    private static List<String> asked(Deployed node, String method, String path) {
        Explanation told = operator(node).explain(request(method, path));
        List<String> asked = new ArrayList<>(List.of(told.decision()));
        told.policies().stream()
                .map(Explanation.Part::policy)
                .filter(name -> !name.equals("all"))
                .forEach(asked::add);
        return asked;
    }

    /** A wrong answer would be that of a class which JAX-RS does not ask. */
    @Test
    void whatIsNotLimitedIsNotTakenForWhatIs() throws Exception {
        try (Deployed node = node("free", false)) {
            HttpGuard guard = node.get(Deployment.class).guard();
            for (Class<?> type : List.of(Offers.class, Products.class, Customers.class)) {
                for (Method method : type.getDeclaredMethods()) {
                    guard.rules(type, method); // as JAX-RS does when it starts
                }
            }
            node.get(Deployment.class)
                    .mapped(
                            () ->
                                    Map.of(
                                            "rest", List.of("/api/*"),
                                            "reports-servlet", List.of("/reports/*", "*.pdf"),
                                            "exact", List.of("/api/products/8"),
                                            "other", List.of("/api/old/*")));
            assertThat(asked(node, "GET", "/api/products/7"))
                    .containsExactly("admitted", "product");
            assertThat(asked(node, "GET", "/api/products/offers")).containsExactly("admitted");
            assertThat(asked(node, "GET", "/api/products/offers/7")).containsExactly("admitted");
            assertThat(asked(node, "GET", "/api/products/8")).containsExactly("admitted");
            assertThat(asked(node, "GET", "/api/old/stock/7")).containsExactly("admitted");
            assertThat(asked(node, "GET", "/api/x/products/7")).containsExactly("admitted");
            assertThat(asked(node, "PUT", "/api/products/7")).containsExactly("admitted");
            // What the container would route there.
            for (String same :
                    List.of(
                            "/free/api/products/7",
                            "/api/products/%37",
                            "/api/products;v=1/7",
                            "/api//x/../products/7/?q=1")) {
                assertThat(asked(node, "GET", same)).containsExactly("admitted", "product");
            }
            // A servlet with the annotation, by its mappings.
            assertThat(asked(node, "GET", "/reports/2026")).containsExactly("admitted", "reports");
            assertThat(asked(node, "POST", "/a/b.pdf")).containsExactly("admitted", "reports");
            assertThat(asked(node, "GET", "/a.pdf/b")).containsExactly("admitted");
            assertThat(admitted(node, "reports", CLIENT, 9)).isEqualTo(8);
            assertThat(asked(node, "GET", "/reports")).containsExactly("refused", "reports");
            // Only what JAX-RS finds while it answers could say more.
            assertThat(asked(node, "GET", "/api/customers/7/orders/8"))
                    .containsExactly("undecided");
            assertThat(asked(node, "GET", "/api/customers")).containsExactly("undecided", "plain");
            assertThat(asked(node, "GET", "/api/customers/all"))
                    .containsExactly("undecided", "customer");
            assertThat(asked(node, "GET", "/products/7")).containsExactly("undecided", "product");
        }
    }

    @Test
    void whatOnlyTheApplicationKnowsIsNotDecided() {
        try (Deployed node = node("asked", false)) {
            Explanation tenants = operator(node).explain(question("tenants"));
            assertThat(tenants.decision()).isEqualTo("undecided");
            assertThat(tenants.policies().get(0).asks()).containsExactly("the key of bean:tenant");
            assertThatThrownBy(() -> operator(node).explain(question("order")))
                    .hasMessageContaining("orders");
        }
    }

    @Test
    void anOverrideHoldsOnAllNodesUntilItEnds() throws Exception {
        try (Deployed one = node("two", true);
                Deployed two = node("two", true)) {
            assertThat(admitted(one, "orders", CLIENT, 15) + admitted(two, "orders", CLIENT, 15))
                    .isEqualTo(20);
            Operator.Done done = operator(one).override("orders", "30/min", "", "4s", "ada");
            long begun = System.nanoTime();
            assertThat(done.everywhere()).as(done.says()).isTrue();
            await(() -> limit(two) == 30);
            assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(1).toNanos());
            assertThat(admitted(one, "orders", CLIENT, 15) + admitted(two, "orders", CLIENT, 15))
                    .isEqualTo(10);
            Explanation.Part part = operator(two).explain(question("orders")).policies().get(0);
            assertThat(part.override()).startsWith("limit 30/min, by ada, ends in PT");
            assertThat(part.meaning()).contains("at most 30", "override by ada");
            await(() -> limit(one) == 20 && limit(two) == 20);
            assertThat(System.nanoTime() - begun)
                    .isBetween(Duration.ofMillis(3_900).toNanos(), Duration.ofSeconds(6).toNanos());
        }
    }

    private static long limit(Deployed node) {
        return operator(node).peek("orders", "198.51.100.1").get(0).permits();
    }

    @Test
    void itSurvivesARestartOfANodeAndOfRedisAndIsCleared() throws Exception {
        try (Deployed one = node("restarted", true)) {
            try (Deployed two = node("restarted", true)) {
                operator(two).override("orders", "", "observe", "1h", "ada");
            }
            try (Deployed two = node("restarted", true)) {
                await(() -> mode(two).equals("observe"));
                assertThat(admitted(two, "orders", "198.51.100.2", 30)).isEqualTo(30);
            }
            await(() -> mode(one).equals("observe"));
            redis.kill();
            try {
                assertThat(admitted(one, "orders", "198.51.100.3", 30)).isEqualTo(30);
            } finally {
                redis.start();
            }
            try (Deployed two = node("restarted", true)) {
                await(() -> !override(two).isEmpty());
                operator(two).clear("orders", "ada");
                await(() -> mode(one).equals("enforce"));
                assertThat(admitted(one, "orders", "198.51.100.4", 30)).isEqualTo(20);
                Thread.sleep(1_200); // and nobody brings it back
                assertThat(override(one) + override(two)).isEmpty();
                assertThatThrownBy(() -> operator(one).clear("orders", "ada"))
                        .hasMessageContaining("no override");
            }
        }
    }

    private static String mode(Deployed node) {
        return operator(node).explain(question("orders")).policies().get(0).mode();
    }

    private static String override(Deployed node) {
        return operator(node).explain(question("orders")).policies().get(0).override();
    }

    @Test
    void whileRedisIsAwayItHoldsHereAndIsToldLater() {
        try (Deployed one = node("away", true);
                Deployed two = node("away", true)) {
            redis.kill();
            try {
                await(() -> operator(one).explain(question("orders")).store().equals("local"));
                Operator.Done done = operator(one).override("orders", "25/min", "", "1h", "ada");
                assertThat(done.everywhere()).isFalse();
                assertThat(done.says()).contains("on this node", "Redis");
                assertThat(admitted(one, "orders", "198.51.100.5", 30)).isEqualTo(25);
                assertThat(operator(one).reset("orders", "198.51.100.5", "ada").everywhere())
                        .isFalse();
                assertThat(admitted(one, "orders", "198.51.100.5", 1)).isEqualTo(1);
            } finally {
                redis.start();
            }
            await(() -> limit(two) == 25);
        }
    }

    /** As a console does it, with no class of ours. */
    @Test
    void theSameByJmx() throws Exception {
        try (Deployed node = node("jmx", false)) {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName name = new ObjectName("io.weir:type=Limiter,application=jmx");
            assertThat(Arrays.stream(server.getMBeanInfo(name).getOperations()))
                    .extracting(MBeanOperationInfo::getName)
                    .containsExactly(
                            "explain",
                            "explainPolicy",
                            "peek",
                            "reset",
                            "override",
                            "clearOverride");
            admitted(node, "search", CLIENT, 2);
            CompositeData refused =
                    (CompositeData)
                            invoke(server, name, "explain", "GET", "/search", CLIENT, "", "");
            assertThat(refused.get("decision")).isEqualTo("refused");
            CompositeData[] policies = (CompositeData[]) refused.get("policies");
            assertThat(policies).extracting(p -> p.get("policy")).contains("search", "all");
            assertThat(policies)
                    .allSatisfy(p -> assertThat((String) p.get("meaning")).contains("at most"));
            assertThat(invoke(server, name, "override", "search", "5/min, 100/day", "", "10min"))
                    .asString()
                    .startsWith("limit 5/min, 100/day for 10min");
            assertThat(admitted(node, "search", CLIENT, 9)).isEqualTo(3);
            CompositeData[] left = (CompositeData[]) invoke(server, name, "peek", "search", CLIENT);
            assertThat(left).extracting(l -> l.get("remaining")).containsExactly(0L, 95L);
            assertThat(invoke(server, name, "reset", "search", CLIENT))
                    .asString()
                    .contains("reset");
            assertThat(admitted(node, "search", CLIENT, 9)).isEqualTo(5);
            invoke(server, name, "clearOverride", "search");
            CompositeData asked =
                    (CompositeData)
                            invoke(server, name, "explainPolicy", "views", CLIENT, "", "", "7");
            assertThat(asked.get("decision")).isEqualTo("admitted");
            assertThatThrownBy(() -> invoke(server, name, "peek", "serach", CLIENT))
                    .hasRootCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Object invoke(MBeanServer server, ObjectName name, String what, String... texts)
            throws JMException {
        String[] signature = new String[texts.length];
        Arrays.fill(signature, String.class.getName());
        return server.invoke(name, what, texts, signature);
    }

    @Test
    void withoutRedisItEndsWithTheProcess() {
        try (Deployed node = node("alone", false)) {
            Operator operator = operator(node);
            assertThat(operator.override("orders", "21/min", "", "1h", "ada").says())
                    .contains("without Redis it ends with this process");
            assertThat(admitted(node, "orders", CLIENT, 30)).isEqualTo(21);
            // What somebody is called, or writes, makes no second line of a log, and hides none.
            String forged = "eve\nINFO Operator ada\u2028\u0085\u202e";
            String says = operator.override("orders", "21/min", "", "1\n h", forged).says();
            assertThat(says + override(node)).doesNotMatch("(?s).*[\\p{C}\\p{Zl}\\p{Zp}].*");
            assertThat(override(node)).contains("by eve INFO Operator ada");
            for (String[] wrong :
                    new String[][] {
                        {"21/h", "", "1h"},
                        {"lots", "", "1h"},
                        {"", "loud", "1h"},
                        {"", "", "1h"},
                        {"9/min", "", "8d"},
                        {"9/min", "", "999999999999d"},
                        {"9/min", "", "PT-1H"},
                        {"99999999999999999999/min", "", "1h"},
                        {"0/min", "", "1h"},
                        {"9/min", "", "soon"}
                    }) {
                assertThatThrownBy(
                                () ->
                                        operator.override(
                                                "orders", wrong[0], wrong[1], wrong[2], "a"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("WEIR-0");
            }
            assertThat(override(node)).startsWith("limit 21/min");
        }
    }
}
