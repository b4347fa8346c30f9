package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;

import org.junit.jupiter.api.Test;

@LimitsOff
class LimitsOffTest {

    @Test
    void nothingIsLimited(LimitsUnderTest limits) {
        assertThat(limits.of("local")).admits(1_000);
    }
}
