package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

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

    @Test
    void whatABucketCountsFitsIntoTheIntegersOfRedis() {
        Duration day = Duration.ofDays(1);
        long most = (1L << 53) / (86_400_000_000L);
        assertThat(new Limit.TokenBucket(1, day, most).burst()).isEqualTo(most);
        assertThatThrownBy(() -> new Limit.TokenBucket(1, day, most + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Long.toString(most));
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
