package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.RateLimiter;
import io.weir.guide.MostUsedTest.Shop.ViewCounter;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;

// guide: a test
@EnableWeld
class ViewCounterTest {

    @WeldSetup WeldInitiator weld = WeldInitiator.of(new Weld().addBeanClass(ViewCounter.class));

    @Test
    void countsOnceAMinute(ViewCounter counter, RateLimiter limiter) {
        counter.countView(7);
        assertThat(limiter.peek("view_count", 7L).get(0).remaining()).isZero();
        assertThat(limiter.peek("view_count", 8L).get(0).remaining()).isOne();
    }
}
// end
