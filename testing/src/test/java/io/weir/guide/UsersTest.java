package io.weir.guide;

import static io.weir.testing.WeirAssertions.assertThat;

import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirTest;
import java.time.Duration;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;

/** Assertions, and who asks. */
@WeirTest
@EnableWeld
class UsersTest {

    @WeldSetup WeldInitiator weld = WeldInitiator.of(new Weld().addBeanClass(ViewCounter.class));

    // guide: assertions
    @Test
    void eachClientHasAMinuteOfItsOwn(LimitsUnderTest limits) {
        assertThat(limits.asClient("203.0.113.7").of("view_count", 7))
                .admits(1)
                .thenRefuses()
                .forExactly(Duration.ofMinutes(1));
        assertThat(limits.asClient("203.0.113.8").of("view_count", 7)).admits(1);
        assertThat(limits.asUser("ada").of("view_count", 8)).admits(1);
    }
    // end
}
