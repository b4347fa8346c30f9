package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** On-outage holds without a Redis, and without a wait. */
@WeirTest
class OutageTest {

    @Test
    void failClosed(LimitsUnderTest limits) {
        assertThat(limits.of("closed")).admits(1);
        limits.outage();
        assertThat(limits.of("closed")).isUnavailable();
        limits.recovery();
        assertThat(limits.of("closed")).admits(1).thenRefuses();
    }

    @Test
    void failOpen(LimitsUnderTest limits) {
        assertThat(limits.of("open")).admits(2).thenRefuses();
        limits.outage();
        assertThat(limits.of("open")).admits(50);
        limits.recovery();
        assertThat(limits.of("open")).refuses().forExactly(ofMinutes(1));
    }

    @Test
    void local(LimitsUnderTest limits) {
        assertThat(limits.of("local")).admits(1);
        limits.outage();
        assertThat(limits.of("local")).admits(1).thenRefuses().forAtLeast(ofSeconds(60));
    }

    @Test
    void aShare(LimitsUnderTest limits) {
        limits.outage();
        assertThat(limits.of("share")).admits(5).thenRefuses();
    }

    /** A heartbeat under way may bring Redis back: nobody notices. */
    @RepeatedTest(20)
    void againAndAgain(LimitsUnderTest limits) {
        for (int i = 0; i < 20; i++) {
            limits.outage();
            assertThat(limits.of("closed")).isUnavailable();
            limits.recovery();
        }
        assertThat(limits.of("closed")).admits(2).thenRefuses();
    }
}
