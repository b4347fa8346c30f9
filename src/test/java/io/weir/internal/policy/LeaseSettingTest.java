package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long permits are taken ahead, and what bears that. */
class LeaseSettingTest {

    private final Problems problems = new Problems();

    private Policy declared(String limit, String lease) {
        Settings settings =
                Settings.read(
                        Fixture.file(
                                "weir.policy.export.limit", limit,
                                "weir.policy.export.lease", lease),
                        problems);
        Optional<Policy> policy =
                Fixture.at("io.shop.A.get()", "export", "")
                        .declare(new PolicyRegistry(settings), problems);
        return policy.orElseThrow();
    }

    @Test
    void windowsAreLongerAndBucketsAreSmallerForAllNodes() {
        Policy policy = declared("1000/s, 60000/min burst 5000", "100ms");
        assertThat(problems.report()).isEmpty();
        assertThat(policy.lease()).isEqualTo(Duration.ofMillis(100));
        assertThat(policy.sharedLimits())
                .isEqualTo(
                        List.of(
                                new Limit.SlidingWindow(1_000, Duration.ofMillis(1_100)),
                                new Limit.TokenBucket(60_000, Duration.ofMinutes(1), 4_900)));
        assertThat(policy.capacity()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "'1000/s burst 50',      100ms",
        "'100/s',                501ms",
        "'50000/month in UTC',   100ms",
        "'1000/s, 1/ms',         1ms",
    })
    void whatTheLimitsDoNotBear(String limit, String lease) {
        assertThat(declared(limit, lease).lease()).isZero();
        assertThat(problems.report())
                .contains("WEIR-081", "weir.policy.export.lease", lease + " with the limit");
    }

    @ParameterizedTest
    @CsvSource({"'1000/s burst 50', 25ms", "'100/s', 500ms", "'2/s burst 2', 500ms"})
    void whatTheyJustBear(String limit, String lease) {
        assertThat(declared(limit, lease).lease()).isPositive();
        assertThat(problems.report()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11s", "soon", "-1s", "PT0.0005S", "100"})
    void whatIsNoLease(String text) {
        declared("1000/min", text);
        assertThat(problems.report())
                .contains("given \"" + text + "\"", "at most 10s, such as 100ms");
    }
}
