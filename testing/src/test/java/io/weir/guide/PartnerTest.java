package io.weir.guide;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofMinutes;

import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirTest;
import org.junit.jupiter.api.Test;

// guide: a test with Redis
@WeirTest(redis = true)
class PartnerTest {

    static final Policy PARTNER = Policy.of("partner", new Limit.SlidingWindow(100, ofMinutes(1)));

    @Test
    void aHundredAMinuteThoughRedisFails(LimitsUnderTest limits) {
        assertThat(limits.of(PARTNER)).admits(60);
        limits.outage();
        assertThat(limits.of(PARTNER)).admits(40).thenRefuses();
        limits.recovery();
        assertThat(limits.of(PARTNER)).refuses().forExactly(ofMinutes(1));
    }
}
// end
