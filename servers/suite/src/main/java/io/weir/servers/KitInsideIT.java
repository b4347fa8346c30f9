package io.weir.servers;

import static io.weir.testing.WeirAssertions.assertThat;

import io.weir.RateLimiter;
import io.weir.servers.kit.Newsletter;
import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test kit in a test that runs in the server, beside the beans that it calls. */
@WeirTest
@ExtendWith(ArquillianExtension.class)
@Tag("inside")
class KitInsideIT {

    @Inject WeirClock clock;
    @Inject LimitsUnderTest limits;
    @Inject Newsletter newsletter;
    @Inject RateLimiter limiter;

    @Deployment
    static WebArchive war() {
        return Wars.empty("inside", "weir.policies = two", "weir.policy.two.limit = 2/min")
                .addClass(Newsletter.class);
    }

    @Test
    void aBean() {
        Assertions.assertTrue(newsletter.send());
        Assertions.assertFalse(newsletter.send());
        clock.advance(Duration.ofHours(1));
        Assertions.assertTrue(newsletter.send());
    }

    @Test
    void itBeginsWithNothing() {
        Assertions.assertTrue(newsletter.send());
        limits.asClient("203.0.113.7");
        Assertions.assertTrue(newsletter.send());
    }

    @Test
    void assertionsAndCallsCountTogether() {
        Assertions.assertNotNull(limiter.tryAcquire("two"));
        assertThat(limits.of("two")).admits(1).thenRefuses().forExactly(Duration.ofMinutes(1));
        limits.outage();
        assertThat(limits.of("two")).admits(1).thenRefuses();
    }
}
