package io.weir.guide;

import static io.weir.testing.WeirAssertions.assertThat;

import io.weir.testing.LimitsOff;
import io.weir.testing.LimitsUnderTest;
import org.junit.jupiter.api.Test;

/** About something else. */
// guide: limits off
@LimitsOff
class NewsletterTest {
    // end

    @Test
    void nothingIsRefused(LimitsUnderTest limits) {
        assertThat(limits.of("daily")).admits(100);
    }
}
