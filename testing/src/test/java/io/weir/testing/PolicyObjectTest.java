package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.weir.Decision;
import io.weir.Limit;
import io.weir.Policy;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Without any container. */
@WeirTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PolicyObjectTest {

    private static final Policy WINDOW =
            Policy.of("window", new Limit.SlidingWindow(100, ofMinutes(1)));
    private static final Policy BUCKET =
            Policy.of("bucket", new Limit.TokenBucket(60, ofMinutes(1), 5));

    @Test
    void aWindow(LimitsUnderTest limits) {
        assertThat(limits.of(WINDOW)).admits(100).thenRefuses().forExactly(ofMinutes(1));
    }

    @Test
    void aBucket(LimitsUnderTest limits, WeirClock clock) {
        assertThat(limits.of(BUCKET)).admits(5).thenRefuses().forExactly(ofSeconds(1)).refuses();
        clock.advance(ofSeconds(3));
        assertThat(limits.of(BUCKET)).admits(3).thenRefuses();
    }

    @Test
    void theClockStandsStill(LimitsUnderTest limits) throws InterruptedException {
        Policy short1 = Policy.of("short", new Limit.SlidingWindow(1, ofMillis(1)));
        assertThat(limits.of(short1)).admits(1);
        Thread.sleep(5); // a clock that goes would have freed it
        assertThat(limits.of(short1)).refuses();
    }

    @Test
    @Order(1)
    void oneTestUsesAll(LimitsUnderTest limits) {
        assertThat(limits.of(WINDOW)).admits(100).thenRefuses();
    }

    @Test
    @Order(2)
    void theNextOneBeginsWithNothing(LimitsUnderTest limits) {
        assertThat(limits.of(WINDOW)).admits(100);
    }

    @Test
    void eachClientHasPermitsOfItsOwn(LimitsUnderTest limits) {
        assertThat(limits.of(WINDOW)).admits(100).thenRefuses();
        assertThat(limits.asClient("203.0.113.7").of(WINDOW)).admits(100).thenRefuses();
        assertThat(limits.asClient("2001:db8::1").of(WINDOW)).admits(100);
        assertThat(limits.asClient("2001:db8::2").of(WINDOW)).refuses();
        assertThat(limits.of(WINDOW, "an id")).admits(100);
    }

    @Test
    void whatIsNoAddressIsRefused(LimitsUnderTest limits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.asClient("ada"))
                .withMessageContaining("\"ada\", expected an address");
    }

    @Test
    void whoWaitsMovesTheClock(LimitsUnderTest limits) throws InterruptedException {
        assertThat(limits.of("waited")).admits(1).thenRefuses();
        Decision decision = limits.limiter().acquire(ofMinutes(2), "waited");
        assertThat(decision).isInstanceOf(Decision.Admitted.class);
        assertThat(limits.of("waited")).refuses().forExactly(ofMinutes(1));
    }

    @Test
    void aQuotaEndsWithItsPeriod(LimitsUnderTest limits, WeirClock clock) {
        assertThat(limits.of("daily")).admits(2).thenRefuses();
        clock.advance(Duration.ofDays(1));
        assertThat(limits.of("daily")).admits(2).thenRefuses();
    }

    @Test
    void theClockDoesNotGoBack(WeirClock clock) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advance(ofSeconds(-1)))
                .withMessageContaining("advance by PT-1S, expected forward");
        for (Duration far : new Duration[] {Duration.ofDays(36_501), ofSeconds(Long.MAX_VALUE)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> clock.advance(far))
                    .withMessageContaining("expected forward, and by 36500 days at most");
        }
        clock.advance(Duration.ZERO);
        clock.advance(Duration.ofDays(36_500));
    }

    @Test
    void aTimeBelongsToARefusal(LimitsUnderTest limits) {
        assertThatIllegalStateException()
                .isThrownBy(() -> assertThat(limits.of(WINDOW)).admits(1).forAtLeast(ofSeconds(1)));
    }

    @Nested
    class Within {
        @Test
        void oneClockForAll(LimitsUnderTest limits) {
            assertThat(limits.of(WINDOW)).admits(100).thenRefuses().forAtLeast(ofSeconds(59));
        }
    }
}
