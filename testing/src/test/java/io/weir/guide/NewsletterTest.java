package io.weir.guide;

import static io.weir.testing.WeirAssertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.LimitsOff;
import io.weir.testing.LimitsUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** About something else. */
// guide: limits off
@LimitsOff
class NewsletterTest {
    // end

    @Test
    void nothingIsRefused(LimitsUnderTest limits) {
        Policy one = Policy.of("one", new Limit.SlidingWindow(1, Duration.ofDays(1)));
        assertThat(limits.of(one)).admits(100);
    }
}
