package io.weir.testing;

import io.weir.Decision;
import java.time.Duration;

/** A policy for one caller, to be asserted: {@link WeirAssertions#assertThat}. */
public final class LimitUnderTest {

    private final Bench bench;
    private final Who who;
    private final Bench.Request request;

    LimitUnderTest(Bench bench, Who who, Bench.Request request) {
        this.bench = bench;
        this.who = who;
        this.request = request;
    }

    Decision take() {
        return bench.take(who, request);
    }

    void advance(Duration by) {
        bench.advance(by);
    }

    String name() {
        return request.policy();
    }

    String describe() {
        return bench.describe(who, request);
    }
}
