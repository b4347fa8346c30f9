package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.Schedule;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Stereotype;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every place where an annotation may stand, in a real CDI container. */
class AnnotatedTest {

    /** Calls until it is refused. */
    private static int admitted(Runnable call) {
        for (int calls = 0; calls < 50; calls++) {
            try {
                call.run();
            } catch (RateLimitExceededException e) {
                return calls;
            }
        }
        return 50;
    }

    interface Port {
        @RateLimited("2/hour")
        void declared();

        @RateLimited("3/hour")
        void replaced();

        @RateLimited("4/hour")
        default void inherited() {}

        @RateLimited("4/hour")
        void exempted();

        void free();
    }

    interface WiderPort<T> extends Port {
        @RateLimited("2/hour")
        void generic(T what);
    }

    @Dependent
    static class Adapter implements WiderPort<String> {
        @Override
        public void declared() {}

        @Override
        @RateLimited("5/hour")
        public void replaced() {}

        @Override
        @RateLimited.None
        public void exempted() {}

        @Override
        public void free() {}

        @Override
        public void generic(String what) {}
    }

    @Test
    void methodsOfAnInterfaceLimitWhatImplementsThem() {
        try (Deployed app = Deployed.with(Adapter.class)) {
            Adapter adapter = app.get(Adapter.class);
            assertThat(admitted(adapter::declared)).isEqualTo(2);
            assertThat(admitted(adapter::replaced)).isEqualTo(5);
            assertThat(admitted(adapter::inherited)).isEqualTo(4);
            assertThat(admitted(() -> adapter.generic("x"))).isEqualTo(2);
            assertThat(admitted(adapter::exempted)).isEqualTo(50);
            assertThat(admitted(adapter::free)).isEqualTo(50);
        }
    }

    @Test
    void alsoThroughTheInterface() {
        try (Deployed app = Deployed.with(Adapter.class)) {
            Port port = app.get(Adapter.class);
            assertThat(admitted(port::declared)).isEqualTo(2);
            assertThat(admitted(port::inherited)).isEqualTo(4);
            WiderPort<String> wider = app.get(Adapter.class);
            assertThat(admitted(() -> wider.generic("x"))).isEqualTo(2);
        }
    }

    @RateLimited("2/hour")
    interface LimitedPort {
        void declared();
    }

    @Dependent
    static class LimitedAdapter implements LimitedPort {
        @Override
        public void declared() {}

        public void own() {}
    }

    @Test
    void anInterfaceLimitsItsOwnMethodsOnly() {
        try (Deployed app = Deployed.with(LimitedAdapter.class)) {
            LimitedAdapter adapter = app.get(LimitedAdapter.class);
            assertThat(admitted(adapter::declared)).isEqualTo(2);
            assertThat(admitted(adapter::own)).isEqualTo(50);
        }
    }

    @Stereotype
    @Dependent
    @RateLimited("2/hour")
    @Retention(RetentionPolicy.RUNTIME)
    @interface Slow {}

    @RateLimited(name = "shared", value = "3/hour")
    @Retention(RetentionPolicy.RUNTIME)
    @interface Shared {}

    @Shared
    @Retention(RetentionPolicy.RUNTIME)
    @interface Twice {}

    @Slow
    static class Stereotyped {
        void first() {}

        void second() {}

        @RateLimited("1/hour")
        void own() {}

        @Twice
        void meta() {}

        @Shared
        @RateLimited("4/hour")
        void both() {}

        @RateLimited.None
        void none() {}
    }

    @Test
    void stereotypesAndOtherAnnotationsBringTheirLimitsAlong() {
        try (Deployed app = Deployed.with(Stereotyped.class)) {
            Stereotyped bean = app.get(Stereotyped.class);
            assertThat(admitted(bean::first)).isEqualTo(2);
            assertThat(admitted(bean::second)).isEqualTo(2);
            assertThat(admitted(bean::own)).isEqualTo(1);
            assertThat(admitted(bean::both)).as("what stands there itself wins").isEqualTo(4);
            assertThat(admitted(bean::meta)).isEqualTo(3);
            assertThat(admitted(bean::none)).isEqualTo(50);
            assertThat(app.get(RateLimiter.class).peek("shared"))
                    .allMatch(limit -> limit.remaining() == 0);
        }
    }

    @RateLimited(name = "together", value = "3/hour")
    @Dependent
    static class Together {
        void first() {}

        void second() {}
    }

    @Test
    void aNamedClassCountsItsMethodsTogether() {
        try (Deployed app = Deployed.with(Together.class)) {
            Together bean = app.get(Together.class);
            bean.first();
            bean.second();
            assertThat(admitted(bean::first)).isEqualTo(1);
            assertThat(admitted(bean::second)).isZero();
        }
    }

    @Dependent
    static class Repeated {
        @RateLimited("5/hour")
        @RateLimited(value = "7/hour", key = "global")
        void unnamed(@ResourceId String id) {}

        @RateLimited("9/hour")
        @RateLimited("2/hour")
        void sameKey() {}
    }

    @Test
    void repeatedOnesAreAllPassedAndCountForThemselves() {
        try (Deployed app = Deployed.with(Repeated.class)) {
            Repeated bean = app.get(Repeated.class);
            assertThat(admitted(() -> bean.unnamed("a"))).isEqualTo(5);
            assertThat(admitted(bean::sameKey)).isEqualTo(2);
        }
    }

    @RateLimited.None
    @Dependent
    static class ExemptHeir extends LimitedParent {
        @Override
        void replaced() {}

        @RateLimited("1/hour")
        void own() {}
    }

    @RateLimited("2/hour")
    abstract static class LimitedParent {
        void inherited() {}

        void replaced() {}

        @RateLimited("3/hour")
        void annotated() {}
    }

    @Test
    void noneOnAClassExemptsWhatHasNoAnnotationOfItsOwn() {
        try (Deployed app = Deployed.with(ExemptHeir.class)) {
            ExemptHeir heir = app.get(ExemptHeir.class);
            assertThat(admitted(heir::inherited)).isEqualTo(50);
            assertThat(admitted(heir::replaced)).isEqualTo(50);
            assertThat(admitted(heir::own)).isEqualTo(1);
            assertThat(admitted(heir::annotated)).isEqualTo(3);
        }
    }

    interface Nobodys {
        @RateLimited("1/hour")
        void call();
    }

    @Test
    void anInterfaceThatNoBeanImplementsStopsTheDeployment() {
        try (Deployed app = Deployed.with(Together.class)) {
            assertThatThrownBy(
                            () ->
                                    app.get(io.weir.internal.app.Deployment.class)
                                            .start(
                                                    "/shop",
                                                    java.util.Set.of(Nobodys.class),
                                                    Map.of()))
                    .hasMessageContaining("WEIR-021")
                    .hasMessageContaining(Nobodys.class.getName());
        }
        try (Deployed app = Deployed.with(Adapter.class)) {
            app.get(io.weir.internal.app.Deployment.class)
                    .start("/shop", java.util.Set.of(Port.class, Slow.class), Map.of());
        }
    }

    @Test
    void whatCannotBeInterceptedIsReportedWhereverItsAnnotationStands() {
        assertThatThrownBy(() -> Deployed.with(FinalAdapter.class).close())
                .hasMessageContaining("WEIR-020")
                .hasMessageContaining(FinalAdapter.class.getName() + ".call()");
    }

    @RateLimited("1/hour")
    @Dependent
    static class Timer {
        @Schedule
        void ofClass() {}

        void call() {}
    }

    @Dependent
    static class LimitedTimer {
        @Schedule
        @RateLimited("1/hour")
        void tick() {}
    }

    @Test
    void aTimerIsCalledPastItsLimit() {
        assertThatThrownBy(() -> Deployed.with(LimitedTimer.class).close())
                .hasMessageContaining("WEIR-020")
                .hasMessageContaining("timer")
                .hasMessageContaining(LimitedTimer.class.getName() + ".tick()");
        try (Deployed app = Deployed.with(Timer.class)) {
            assertThat(admitted(app.get(Timer.class)::call)).isEqualTo(1);
        }
    }

    @Dependent
    static class FinalAdapter implements Nobodys {
        @Override
        public final void call() {}
    }

    @RateLimited.None
    @Dependent
    static class Free {
        void parents() {}
    }

    @RateLimited("2/hour")
    @Dependent
    static class LimitedHeir extends Free {
        void own() {}
    }

    @Slow
    static class StereotypedHeir extends Free {
        void own() {}
    }

    @Test
    void noneOfASuperclassDoesNotExemptWhatIsLimitedNearer() {
        try (Deployed app = Deployed.with(LimitedHeir.class, StereotypedHeir.class)) {
            assertThat(admitted(app.get(LimitedHeir.class)::own)).isEqualTo(2);
            assertThat(admitted(app.get(StereotypedHeir.class)::own)).isEqualTo(2);
        }
    }

    interface GenericPort<T> {
        @RateLimited("2/hour")
        void call(T what);
    }

    static class KnowsNoPort {
        public void call(String what) {}
    }

    @Dependent
    static class BringsTogether extends KnowsNoPort implements GenericPort<String> {}

    /** A call through the interface goes past the interceptor: the compiler has it call super. */
    @Test
    void aGenericMethodThatASuperclassImplementsStopsTheDeployment() {
        assertThatThrownBy(() -> Deployed.with(BringsTogether.class).close())
                .hasMessageContaining("WEIR-020")
                .hasMessageContaining("BringsTogether.call(String)");
    }

    interface StaticPort {
        @RateLimited("1/hour")
        static void helper() {}
    }

    @Dependent
    static class StaticAdapter implements StaticPort {
        @RateLimited("1/hour")
        void own() {}
    }

    @Dependent
    static class Started {
        @PostConstruct
        @RateLimited("1/hour")
        void start() {}
    }

    @Test
    void whatNoInterceptorSeesStopsTheDeployment() {
        assertThatThrownBy(() -> Deployed.with(StaticAdapter.class).close())
                .hasMessageContaining("WEIR-020")
                .hasMessageContaining("StaticAdapter.helper()");
        assertThatThrownBy(() -> Deployed.with(Started.class).close())
                .hasMessageContaining("WEIR-020")
                .hasMessageContaining("Started.start()");
    }
}
