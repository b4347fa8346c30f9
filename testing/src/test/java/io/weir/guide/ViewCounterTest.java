package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import java.time.Duration;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;

// guide: a test
@WeirTest
@EnableWeld
class ViewCounterTest {

    @WeldSetup WeldInitiator weld = WeldInitiator.of(new Weld().addBeanClass(ViewCounter.class));

    @Test
    void countsOnceAMinute(ViewCounter counter, WeirClock clock) {
        counter.countView(7);
        counter.countView(7);
        assertThat(counter.views()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(60));
        counter.countView(7);
        assertThat(counter.views()).isEqualTo(2);
    }
}
// end
