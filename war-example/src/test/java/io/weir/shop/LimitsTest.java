package io.weir.shop;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofSeconds;

import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;

/** The limits of the shop, as its classes and its settings declare them: who waits is admitted. */
@WeirTest
@EnableWeld
class LimitsTest {

    @WeldSetup WeldInitiator weld = WeldInitiator.of(new Weld().addBeanClass(OrderResource.class));

    @Test
    void threeOrdersASecondAndTwentyAMinute(LimitsUnderTest limits, WeirClock clock) {
        limits.asClient("203.0.113.7");
        for (int second = 0; second < 6; second++) {
            assertThat(limits.of("orders")).admits(3).thenRefuses();
            clock.advance(ofSeconds(1));
        }
        assertThat(limits.of("orders")).admits(2).thenRefuses().forExactly(ofSeconds(54));
    }

    @Test
    void aPartnerOrdersMore(LimitsUnderTest limits) {
        assertThat(limits.asClient("192.0.2.9").of("orders"))
                .admits(10)
                .thenRefuses()
                .forExactly(ofSeconds(1));
    }

    @Test
    void tenSearchesAtOnceAndOneASecond(LimitsUnderTest limits) {
        assertThat(limits.of("search")).admits(10).thenRefuses().forExactly(ofSeconds(1));
    }

    @Test
    void aFailOverFreesNobody(LimitsUnderTest limits) {
        assertThat(limits.of("search")).admits(7);
        limits.outage();
        assertThat(limits.of("search")).admits(3).thenRefuses();
        limits.recovery();
        assertThat(limits.of("search")).refuses().forExactly(ofSeconds(1));
    }
}
