package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.of(1L << 53, ChronoUnit.MICROS);

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE})
    void permitsAreBounded(long permits) {
        assertThatThrownBy(() -> new Limit.SlidingWindow(permits, MINUTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Long.toString(permits));
        assertThatThrownBy(() -> new Limit.TokenBucket(permits, MINUTE, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Limit.TokenBucket(1, MINUTE, permits))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0005S", "PT0.000000001S", "P367D", "PT9000000H"})
    void windowsAreBounded(Duration window) {
        assertThatThrownBy(() -> new Limit.SlidingWindow(1, window))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(window.toString());
    }

    /**
     * Permits, milliseconds and the largest burst: as many milliseconds, and the last that fits.
     */
    @ParameterizedTest
    @CsvSource({
        "5000000, 86400000, 104249991",
        "1000, 86400000, 104249991",
        "999, 86400000, 104145741",
        "1, 86400000, 104249",
        "1, 31622400000, 284",
        "2147483647, 31622400000, 284836",
        "2147483647, 4194304, 2147483647",
        "2147483647, 4194305, 2147483136",
        "1, 1, 2147483647",
    })
    void whatABucketCountsFitsIntoTheIntegersOfRedis(long permits, long millis, long most) {
        Duration window = Duration.ofMillis(millis);
        Limit bucket = new Limit.TokenBucket(permits, window, most);
        assertThat(bucket.capacity()).isEqualTo(most);
        assertThat(BigInteger.valueOf(most).multiply(BigInteger.valueOf(millis)))
                .isLessThanOrEqualTo(BigInteger.TWO.pow(53));
        assertThat(bucket.fullAfter()).isLessThanOrEqualTo(LONGEST);
        assertThat(bucket.fullAfter().toNanos()).isPositive();
        assertThatThrownBy(() -> new Limit.TokenBucket(permits, window, most + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Long.toString(most + 1))
                .hasMessageContaining(Long.toString(most));
    }

    @Property
    void aBucketIsRefusedOnlyForItsBounds(
            @ForAll @LongRange(min = 1, max = Integer.MAX_VALUE) long permits,
            @ForAll @LongRange(min = 1, max = 366L * 86_400_000) long millis,
            @ForAll @LongRange(min = 1, max = Integer.MAX_VALUE) long burst) {
        BigInteger area = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(millis));
        BigInteger most = BigInteger.TWO.pow(53);
        BigInteger thousand = BigInteger.valueOf(1_000);
        boolean fits =
                area.compareTo(most) <= 0
                        && area.multiply(thousand)
                                        .compareTo(most.multiply(BigInteger.valueOf(permits)))
                                <= 0;
        try {
            Limit bucket = new Limit.TokenBucket(permits, Duration.ofMillis(millis), burst);
            assertThat(fits).isTrue();
            BigInteger[] nanos =
                    area.multiply(thousand.pow(2)).divideAndRemainder(BigInteger.valueOf(permits));
            assertThat(bucket.fullAfter().toNanos())
                    .isEqualTo(nanos[0].longValueExact() + nanos[1].signum());
        } catch (IllegalArgumentException e) {
            assertThat(fits).isFalse();
        }
    }

    @Test
    void aBucketIsFullAfterTheTimeToFillItRoundedUp() {
        assertThat(new Limit.TokenBucket(100, MINUTE, 20).fullAfter())
                .isEqualTo(Duration.ofSeconds(12));
        assertThat(new Limit.TokenBucket(3, Duration.ofSeconds(1), 1).fullAfter())
                .isEqualTo(Duration.ofNanos(333_333_334));
        assertThat(new Limit.SlidingWindow(3, MINUTE).fullAfter()).isEqualTo(MINUTE);
    }
}
