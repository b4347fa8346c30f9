package io.weir.testing;

/** Where assertions about limits begin. It goes together with AssertJ, and does not need it. */
public final class WeirAssertions {

    private WeirAssertions() {}

    /**
     * Begins assertions.
     *
     * @param limit what is tested
     * @return its assertions
     */
    public static LimitAssert assertThat(LimitUnderTest limit) {
        return new LimitAssert(limit);
    }
}
