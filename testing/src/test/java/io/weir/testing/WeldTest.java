package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.OnRefusal;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;

/** With a container that another extension starts, which stands first here. */
@EnableWeld
@WeirTest
class WeldTest {

    @WeldSetup WeldInitiator weld = WeldInitiator.of(new Weld().addBeanClass(Mailer.class));

    @ApplicationScoped
    static class Mailer {

        @RateLimited(name = "mail", value = "3/hour", key = "principal")
        public void send() {}

        @RateLimited(name = "views", value = "1/min", onRefusal = OnRefusal.SKIP)
        public boolean view() {
            return true;
        }
    }

    @Test
    void aBean(Mailer mailer, LimitsUnderTest limits, WeirClock clock) {
        assertThat(mailer.view()).isTrue();
        assertThat(mailer.view()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(mailer.view()).isTrue();
        assertThat(limits.of("views")).refuses().forAtLeast(Duration.ofMinutes(1));
    }

    @Test
    void users(Mailer mailer, LimitsUnderTest limits) {
        limits.asUser("ada");
        mailer.send();
        assertThat(limits.of("mail")).admits(2).thenRefuses();
        assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(mailer::send);
        limits.asUser("bob");
        mailer.send();
        assertThat(limits.of("mail")).admits(2).thenRefuses();
    }

    @Test
    void theStatus(LimiterStatus status, LimitsUnderTest limits) {
        assertThat(status.store()).isEqualTo(DecidedBy.REDIS);
        limits.outage();
        assertThat(status.store()).isEqualTo(DecidedBy.LOCAL);
    }
}
