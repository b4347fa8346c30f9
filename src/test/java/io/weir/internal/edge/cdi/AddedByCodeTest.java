package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.configurator.AnnotatedTypeConfigurator;
import java.lang.annotation.Annotation;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Limits that an extension of CDI has added: nobody reads them. */
class AddedByCodeTest {

    @RateLimited("2/min")
    @Retention(RetentionPolicy.RUNTIME)
    @interface Slow {}

    @Slow
    @RateLimited("2/min")
    static class Source {}

    @ApplicationScoped
    static class Plain {
        public void send() {}
    }

    @ApplicationScoped
    @RateLimited("2/min")
    static class Limited {
        public void send() {}
    }

    static class Adding implements Extension {

        private final Consumer<AnnotatedTypeConfigurator<?>> change;

        Adding(Consumer<AnnotatedTypeConfigurator<?>> change) {
            this.change = change;
        }

        void toPlain(@Observes ProcessAnnotatedType<Plain> event) {
            change.accept(event.configureAnnotatedType());
        }

        void toLimited(@Observes ProcessAnnotatedType<Limited> event) {
            change.accept(event.configureAnnotatedType());
        }
    }

    static Annotation a(Class<? extends Annotation> type) {
        return Source.class.getAnnotation(type);
    }

    @Test
    void stopsTheDeployment() {
        refuses(type -> type.add(a(RateLimited.class)), "Plain\n");
        refuses(type -> type.add(a(Slow.class)), "Plain\n");
        refuses(
                type -> type.methods().forEach(method -> method.add(a(RateLimited.class))),
                "Plain.send()\n");
    }

    private static void refuses(Consumer<AnnotatedTypeConfigurator<?>> change, String where) {
        assertThatThrownBy(() -> Deployed.with(new Adding(change), Plain.class).close())
                .hasMessageContaining("WEIR-053")
                .hasMessageContaining(where);
    }

    @Test
    void otherChangesDoNot() {
        Deployed.with(new Adding(type -> type.add(ApplicationScoped.Literal.INSTANCE)), Plain.class)
                .close();
        Deployed.with(new Adding(type -> type.add(a(RateLimited.class))), Limited.class).close();
    }
}
