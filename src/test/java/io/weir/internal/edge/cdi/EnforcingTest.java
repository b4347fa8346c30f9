package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimiterStatus;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Annotated beans in a real CDI container. */
class EnforcingTest {

    @ApplicationScoped
    static class Mailer {
        final AtomicInteger sent = new AtomicInteger();

        @RateLimited("3/hour")
        int send() {
            return sent.incrementAndGet();
        }

        int sendUnseen() {
            return send();
        }

        @RateLimited(value = "5/hour", cost = 2)
        void sendTwo() {}

        @RateLimited(name = "view_count", value = "1/60s", onRefusal = OnRefusal.SKIP)
        void countView(@ResourceId long productId) {
            sent.incrementAndGet();
        }

        @RateLimited(value = "1/hour", onRefusal = OnRefusal.SKIP)
        boolean maybe() {
            return true;
        }

        @RateLimited(value = "1/hour", onRefusal = OnRefusal.SKIP)
        Optional<String> perhaps(@ResourceId String id) {
            return Optional.of(id);
        }

        @RateLimited("1/hour")
        void fails() {
            throw new IllegalArgumentException("broken");
        }
    }

    @RateLimited("2/hour")
    @Dependent
    static class Each {
        void first() {}

        void second() {}

        @RateLimited("1/hour")
        void third() {}
    }

    @RateLimited("2/hour")
    abstract static class LimitedBase {
        void inherited() {}
    }

    @Dependent
    static class Heir extends LimitedBase {
        void own() {}
    }

    abstract static class Sender<T> {
        @RateLimited("1/hour")
        void send(T what) {}

        @RateLimited("1/hour")
        void call() {}

        @RateLimited("1/hour")
        void often() {}
    }

    @Dependent
    static class TextSender extends Sender<String> {
        @Override
        void send(String what) {}

        @Override
        void call() {}

        @Override
        @RateLimited("2/hour")
        void often() {}
    }

    @Test
    void anOverridingMethodIsLimitedLikeTheOneItOverrides() {
        try (Deployed app = Deployed.with(TextSender.class)) {
            TextSender sender = app.get(TextSender.class);
            sender.send("a");
            assertThatThrownBy(() -> sender.send("b"))
                    .isInstanceOf(RateLimitExceededException.class);
            sender.call();
            assertThatThrownBy(sender::call).isInstanceOf(RateLimitExceededException.class);
            sender.often();
            sender.often();
            assertThatThrownBy(sender::often).isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Dependent
    static class Calendar {
        @RateLimited("1/hour")
        void add(java.time.Duration length) {}

        @RateLimited("1/hour")
        void add(javax.xml.datatype.@Nullable Duration length) {}
    }

    @Test
    void overloadsCountForThemselvesWhateverTheirTypesAreCalled() {
        try (Deployed app = Deployed.with(Calendar.class)) {
            Calendar calendar = app.get(Calendar.class);
            calendar.add(java.time.Duration.ZERO);
            calendar.add((javax.xml.datatype.Duration) null);
            assertThatThrownBy(() -> calendar.add(java.time.Duration.ZERO))
                    .isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void anAnnotatedClassLimitsItsHeirs() {
        try (Deployed app = Deployed.with(Heir.class)) {
            Heir heir = app.get(Heir.class);
            for (int i = 0; i < 2; i++) {
                heir.inherited();
                heir.own();
            }
            assertThatThrownBy(heir::inherited).isInstanceOf(RateLimitExceededException.class);
            assertThatThrownBy(heir::own).isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void admitsThePermitsThenThrowsWithoutAStackTrace() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            Mailer mailer = app.get(Mailer.class);
            for (int i = 1; i <= 3; i++) {
                assertThat(mailer.send()).isEqualTo(i);
            }
            assertThatThrownBy(mailer::send)
                    .isInstanceOfSatisfying(
                            RateLimitExceededException.class,
                            e -> {
                                assertThat(e.getStackTrace()).isEmpty();
                                assertThat(e.policy().wireName()).isEqualTo("3-in-3600s");
                                assertThat(e.decision()).isInstanceOf(Decision.Refused.class);
                            });
        }
    }

    @Test
    void aCallOfABeanToItselfIsNotIntercepted() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            Mailer mailer = app.get(Mailer.class);
            for (int i = 1; i <= 10; i++) {
                assertThat(mailer.sendUnseen()).isEqualTo(i);
            }
        }
    }

    @Test
    void aCostIsTakenWithEachCall() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            Mailer mailer = app.get(Mailer.class);
            mailer.sendTwo();
            mailer.sendTwo();
            assertThatThrownBy(mailer::sendTwo).isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void whatIsSkippedIsNotCalled() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            Mailer mailer = app.get(Mailer.class);
            for (int i = 0; i < 5; i++) {
                mailer.countView(1);
                mailer.countView(2);
            }
            mailer.sendUnseen();
            assertThat(mailer.sendUnseen()).isEqualTo(4);
            assertThat(mailer.maybe()).isTrue();
            assertThat(mailer.maybe()).isFalse();
            assertThat(mailer.perhaps("a")).contains("a");
            assertThat(mailer.perhaps("a")).isEmpty();
            assertThat(mailer.perhaps("b")).contains("b");
            assertThat(mailer.perhaps("")).contains("");
        }
    }

    @Test
    void aCallThatThrowsStaysCounted() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            Mailer mailer = app.get(Mailer.class);
            assertThatThrownBy(mailer::fails).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(mailer::fails).isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void onAClassEachMethodCountsForItself() {
        try (Deployed app = Deployed.with(Each.class)) {
            Each each = app.get(Each.class);
            for (int i = 0; i < 2; i++) {
                each.first();
                each.second();
            }
            each.third();
            assertThatThrownBy(each::first).isInstanceOf(RateLimitExceededException.class);
            assertThatThrownBy(each::second).isInstanceOf(RateLimitExceededException.class);
            assertThatThrownBy(each::third).isInstanceOf(RateLimitExceededException.class);
        }
    }

    @Test
    void askedByHandItSharesTheCountsOfTheName() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            assertThat(limiter.tryAcquire("view_count", 7L)).isInstanceOf(Decision.Admitted.class);
            assertThat(limiter.tryAcquire("view_count", 7L)).isInstanceOf(Decision.Refused.class);
            app.get(Mailer.class).countView(7);
            assertThat(app.get(Mailer.class).sendUnseen()).isEqualTo(1);
            assertThatThrownBy(() -> limiter.tryAcquire("view_cuont"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("view_cuont")
                    .hasMessageContaining("view_count");
            assertThatThrownBy(() -> limiter.tryAcquire("view_count", new Object()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("java.lang.Object");
        }
    }

    @Test
    void configurationOverridesTheAnnotation() {
        try (Deployed app =
                Deployed.with(Map.of("weir.policy.view_count.limit", "2/60s"), Mailer.class)) {
            Mailer mailer = app.get(Mailer.class);
            for (int i = 0; i < 5; i++) {
                mailer.countView(1);
            }
            assertThat(mailer.sendUnseen()).isEqualTo(3);
        }
    }

    @Test
    void observedPoliciesRefuseNothingAndSwitchedOffOnesCountNothing() {
        for (Map<String, String> settings :
                java.util.List.of(
                        Map.of("weir.mode", "observe"),
                        Map.of("weir.mode", "off"),
                        Map.of("weir.enabled", "false"))) {
            try (Deployed app = Deployed.with(settings, Mailer.class)) {
                for (int i = 1; i <= 10; i++) {
                    assertThat(app.get(Mailer.class).send()).isEqualTo(i);
                    assertThat(app.get(RateLimiter.class).tryAcquire("view_count", 1))
                            .isInstanceOf(Decision.Admitted.class);
                }
            }
        }
    }

    @Test
    void switchedOffALimiterRefusesNothingOfAPolicyOfCodeEither() {
        Policy ofCode = Policy.of("code", new Limit.SlidingWindow(1, Duration.ofMinutes(1)));
        Key key = Key.ofClient("203.0.113.7");
        try (Deployed app = Deployed.with(Map.of("weir.enabled", "false"), Mailer.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            for (int i = 0; i < 3; i++) {
                assertThat(limiter.tryAcquire(ofCode)).isInstanceOf(Decision.Admitted.class);
                assertThat(limiter.tryAcquire(ofCode, key, 1))
                        .isInstanceOf(Decision.Admitted.class);
            }
        }
    }

    @Test
    void outsideARequestTheClientIsNone() {
        try (Deployed app = Deployed.with(Mailer.class)) {
            ClientIdentity client = app.get(ClientIdentity.class);
            assertThat(client.peer()).isEqualTo("none");
            assertThat(client.address()).isEqualTo("none");
            assertThat(client.key()).isEqualTo("none");
            assertThat(client.findings()).isEmpty();
            assertThat(app.get(LimiterStatus.class).store()).isEqualTo(DecidedBy.LOCAL);
        }
    }
}
