package com.example.shop;

import static io.weir.testing.WeirAssertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@WeirTest
class HelloTest {

    static final Policy HELLO =
            Policy.of("hello", new Limit.SlidingWindow(2, Duration.ofMinutes(1)));

    @Test
    void twiceAMinute(LimitsUnderTest limits) {
        assertThat(limits.of(HELLO)).admits(2).thenRefuses();
    }
}
