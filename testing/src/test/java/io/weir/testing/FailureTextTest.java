package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.Limit;
import io.weir.Policy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An assertion that fails says all that one would look up. */
@WeirTest
class FailureTextTest {

    @Test
    void tooFew(LimitsUnderTest limits, WeirClock clock) {
        clock.advance(ofSeconds(10));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(limits.asUser("ada").of("local", 7)).admits(60))
                .withMessageContaining(
                        "local admitted 2 of 60 calls, and then: refused, again in PT1M")
                .withMessageContaining("policy: local: at most 2 in any 60 s, per client")
                .withMessageContaining(
                        "limit from weir.policy.local.limit (META-INF/weir.properties)")
                .withMessageContaining("clock: PT10S after the test began")
                .withMessageContaining("caller: 192.0.2.1, user ada")
                .withMessageContaining("key: 192.0.2.1:7")
                .withMessageContaining("left: 0 of 2 in PT1M, one more in PT1M");
    }

    /** In words, too. */
    @Test
    void aPolicyObject(LimitsUnderTest limits) {
        Policy policy = Policy.of("partner", new Limit.SlidingWindow(100, Duration.ofMinutes(1)));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(limits.of(policy)).isUnavailable())
                .withMessageContaining(
                        "policy: partner: at most 100 in any 60 s, per client; a Policy object,"
                                + " on-outage local, mode enforce")
                .withMessageContaining("left: 99 of 100");
    }

    @Test
    void tooMany(LimitsUnderTest limits) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(limits.of("local")).admits(1).thenRefuses())
                .withMessageContaining("was to refuse the next call, and: admitted");
    }

    @Test
    void tooShort(LimitsUnderTest limits) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () ->
                                assertThat(limits.of("local"))
                                        .admits(2)
                                        .thenRefuses()
                                        .forAtLeast(ofSeconds(61)))
                .withMessageContaining("was to refuse for PT1M1S, and before that: admitted");
    }

    @Test
    void tooLong(LimitsUnderTest limits) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () ->
                                assertThat(limits.of("local"))
                                        .admits(2)
                                        .thenRefuses()
                                        .forExactly(ofSeconds(59)))
                .withMessageContaining("no longer, and then: refused, again in PT1S");
    }
}
