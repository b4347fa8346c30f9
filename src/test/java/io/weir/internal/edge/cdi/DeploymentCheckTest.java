package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.CountWhen;
import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.inject.Inject;
import jakarta.inject.Qualifier;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What cannot be enforced stops the deployment, with the value and the form expected. */
class DeploymentCheckTest {

    @Dependent
    static class MinuteIsh {
        @RateLimited("100 per minute-ish")
        void call() {}
    }

    @Dependent
    static class Metres {
        @RateLimited("10/m")
        void call() {}
    }

    @Dependent
    static class Zero {
        @RateLimited("0/min")
        void call() {}
    }

    @Dependent
    static class Negative {
        @RateLimited("-5/min")
        void call() {}
    }

    @Dependent
    static class Overflow {
        @RateLimited("99999999999999999999/min")
        void call() {}
    }

    @Dependent
    static class NoWindow {
        @RateLimited("10/0s")
        void call() {}
    }

    @Dependent
    static class UnknownKey {
        @RateLimited(value = "10/min", key = "clint")
        void call() {}
    }

    @Dependent
    static class Disagreement {
        @RateLimited(name = "orders", value = "10/min")
        void call() {}

        @RateLimited(name = "orders", value = "20/min")
        void other() {}
    }

    @Dependent
    static class NoLimit {
        @RateLimited
        void call() {}
    }

    @Dependent
    static class PrivateMethod {
        @RateLimited("10/min")
        @SuppressWarnings("UnusedMethod")
        private void call() {}
    }

    @Dependent
    static class StaticMethod {
        @RateLimited("10/min")
        static void call() {}
    }

    @Dependent
    static class FinalMethod {
        @RateLimited("10/min")
        final void call() {}
    }

    abstract static class Hidden {
        @RateLimited("10/min")
        public void call() {}
    }

    /** The compiler gives it a method of its own, which calls the one of the hidden class. */
    @Dependent
    public static class Visible extends Hidden {}

    @Dependent
    static class SkipsAnInt {
        @RateLimited(value = "10/min", onRefusal = OnRefusal.SKIP)
        int call() {
            return 1;
        }
    }

    @Dependent
    static class ListId {
        @RateLimited("10/min")
        void call(@ResourceId List<String> id) {}
    }

    @Dependent
    static class CostsTooMuch {
        @RateLimited(value = "10/min, 3/s", cost = 4)
        void call() {}
    }

    @Path("products/{productId}")
    @RequestScoped
    public static class NoSuchParameter {
        @GET
        @Path("{page: [0-9]+}")
        @RateLimited(value = "10/min", key = "path:productid+path:page")
        public String get() {
            return "";
        }
    }

    @Dependent
    static class NoSuchBean {
        @RateLimited(value = "10/min", key = "bean:tenant")
        void call() {}
    }

    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface Mine {}

    @Dependent
    static class ByMethod {
        @Produces
        @Mine
        Fine fine() {
            return new Fine();
        }
    }

    @Dependent
    static class ByField {
        @Produces @Mine Fine fine = new Fine();
    }

    @Dependent
    static class HandsOn {
        @Produces
        @Mine
        Fine fine(Instance<Fine> all) {
            return all.get();
        }
    }

    @ApplicationScoped
    static class Fine {
        @RateLimited("10/min")
        void call() {}
    }

    private static void refuses(Class<?> bean, String... inTheMessage) {
        refuses(Map.of(), bean, inTheMessage);
    }

    private static void refuses(Map<String, String> settings, Class<?> bean, String... message) {
        assertThatThrownBy(() -> Deployed.with(settings, bean).close())
                .as("%s %s", bean.getSimpleName(), settings)
                .hasMessageContaining("WEIR-")
                .message()
                .contains(message);
    }

    @Test
    void badAnnotations() {
        refuses(MinuteIsh.class, "100 per minute-ish", "MinuteIsh.call()", "100/min");
        refuses(Metres.class, "10/m", "10/min");
        refuses(Zero.class, "0/min");
        refuses(Negative.class, "-5/min");
        refuses(Overflow.class, "99999999999999999999/min");
        refuses(NoWindow.class, "10/0s");
        refuses(UnknownKey.class, "clint", "client");
        refuses(Disagreement.class, "orders", "10/60s", "20/60s");
        refuses(NoLimit.class, "NoLimit.call()", "10");
        refuses(PrivateMethod.class, "PrivateMethod.call()", "private");
        refuses(StaticMethod.class, "StaticMethod.call()", "static");
        refuses(FinalMethod.class, "FinalMethod.call()", "final");
        refuses(Visible.class, "Visible.call()", "not public");
        refuses(SkipsAnInt.class, "SkipsAnInt.call()", "int");
        refuses(ListId.class, "ListId.call(java.util.List)", "java.util.List");
        refuses(CostsTooMuch.class, "4", "3");
        refuses(NoSuchBean.class, "bean:tenant");
        refuses(
                NoSuchParameter.class,
                "NoSuchParameter.get()",
                "path:productid",
                "products/{productId}",
                "Did you mean \"productId\"?");
    }

    @Dependent
    static class BothAtOnce {
        @RateLimited("10/min")
        @RateLimited.None
        void call() {}
    }

    @RateLimited("10/min")
    @RateLimited.None
    @Dependent
    static class BothOfAClass {
        void call() {}
    }

    @Dependent
    static class Skips {
        @RateLimited(name = "seen", value = "1/min", onRefusal = OnRefusal.SKIP)
        void call() {}
    }

    @Test
    void whatContradictsItself() {
        refuses(BothAtOnce.class, "WEIR-034", "BothAtOnce.call()");
        refuses(BothOfAClass.class, "WEIR-034", "BothOfAClass.call()");
        refuses(Map.of("weir.policy.seen.path", "/seen"), Skips.class, "WEIR-035", "/seen");
        Deployed.with(Skips.class).close();
    }

    /** What each of them returns has not failed yet. */
    @Dependent
    static class EndsLater {
        @RateLimited(value = "1/min", countWhen = CountWhen.FAILURE)
        Future<String> future() {
            return CompletableFuture.completedFuture("");
        }

        @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE)
        Supplier<String> supplier() {
            return () -> "";
        }

        @RateLimited(value = "3/min", countWhen = CountWhen.FAILURE)
        Callable<String> callable() {
            return () -> "";
        }

        @RateLimited(value = "4/min", countWhen = CountWhen.FAILURE)
        Flow.Publisher<String> publisher() {
            return new SubmissionPublisher<>();
        }

        @RateLimited(value = "5/min", countWhen = CountWhen.FAILURE)
        SubmissionPublisher<String> heir() {
            return new SubmissionPublisher<>();
        }
    }

    @Dependent
    static class EndsLaterBySettings {
        @RateLimited(name = "later", value = "1/min")
        Future<String> future() {
            return CompletableFuture.completedFuture("");
        }
    }

    @Dependent
    static class EndsInTime {
        @RateLimited(value = "1/min", countWhen = CountWhen.FAILURE)
        CompletableFuture<String> stage() {
            return CompletableFuture.completedFuture("");
        }

        @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE)
        List<String> list() {
            return List.of();
        }

        @RateLimited("3/min")
        Future<String> future() {
            return CompletableFuture.completedFuture("");
        }
    }

    @Test
    void aFailureThatNobodySees() {
        for (String method : List.of("future", "supplier", "callable", "publisher", "heir")) {
            refuses(EndsLater.class, "WEIR-043", "EndsLater." + method + "()");
        }
        refuses(
                Map.of("weir.policy.later.count-when", "failure"),
                EndsLaterBySettings.class,
                "WEIR-043",
                "EndsLaterBySettings.future()");
        Deployed.with(EndsLaterBySettings.class).close();
        Deployed.with(EndsInTime.class).close();
    }

    interface Remote {
        @RateLimited("10/min")
        void call();
    }

    interface Unlimited {
        void call();
    }

    /** Server and client have it in common. */
    @Path("products")
    interface Shared {
        @GET
        @RateLimited("10/min")
        String get();
    }

    /** Makes the objects of an interface by itself, as a client of REST does. */
    static class Clients implements Extension {

        private final Class<?> port;

        Clients(Class<?> port) {
            this.port = port;
        }

        void add(@Observes AfterBeanDiscovery event) {
            event.<Object>addBean().types(port, Object.class).produceWith(all -> null);
        }
    }

    @Test
    void whatAnExtensionMakesIsNotIntercepted() {
        assertThatThrownBy(() -> Deployed.with(new Clients(Remote.class), Fine.class).close())
                .hasMessageContaining("WEIR-027")
                .hasMessageContaining(Remote.class.getName());
        Deployed.with(new Clients(Unlimited.class), Fine.class).close();
        Deployed.with(new Clients(Shared.class), Fine.class, Shared.class).close();
    }

    interface Mail {
        void send();
    }

    @Dependent
    static class PlainMail implements Mail {
        @Override
        public void send() {}
    }

    @Decorator
    @Priority(1)
    static class LimitedDecorator implements Mail {
        @Inject @Delegate Mail mail;

        @Override
        @RateLimited("1/min")
        public void send() {
            mail.send();
        }
    }

    @Test
    void aDecoratorIsNotIntercepted() {
        assertThatThrownBy(() -> Deployed.with(PlainMail.class, LimitedDecorator.class).close())
                .hasMessageContaining("WEIR-021")
                .hasMessageContaining("LimitedDecorator.send()");
    }

    @Test
    void whatTheApplicationMakesIsNotIntercepted() {
        for (Class<?> producer : List.of(ByMethod.class, ByField.class)) {
            assertThatThrownBy(() -> Deployed.with(Fine.class, producer).close())
                    .hasMessageContaining("WEIR-027")
                    .hasMessageContaining(producer.getName() + ".fine")
                    .hasMessageContaining(Fine.class.getName());
        }
        Deployed.with(Fine.class, HandsOn.class).close();
    }

    @Test
    void badSettings() {
        refuses(
                Map.of("REDIS_HOST", "localhost", "REDIS_PORT", "abc"),
                Fine.class,
                "REDIS_PORT",
                "abc");
        refuses(
                Map.of("weir.fields", "sometimes"),
                Fine.class,
                "weir.fields",
                "sometimes",
                "always");
        refuses(Map.of("weir.client.trusted-proxies", "10.0.0.0/33"), Fine.class, "10.0.0.0/33");
        refuses(Map.of("weir.policy.search.path", "/search"), Fine.class, "search");
    }

    @Test
    void allProblemsAtOnce() {
        assertThatThrownBy(
                        () ->
                                Deployed.with(
                                                Map.of("weir.fields", "sometimes"),
                                                Metres.class,
                                                SkipsAnInt.class)
                                        .close())
                .message()
                .contains("10/m", "sometimes", "SkipsAnInt");
    }
}
