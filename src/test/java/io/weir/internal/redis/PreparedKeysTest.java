package io.weir.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreparedKeysTest {

    private static final int KEYS = 100_000;

    private final PreparedKeys keys = new PreparedKeys();

    private static String key(int number) {
        return "weir:shop:view_count:{203.0.113.7:" + number + "}:rrl-60s";
    }

    @Test
    void mostOfAHundredThousandAreRemembered() {
        IntStream.range(0, KEYS).forEach(i -> keys.add(key(i), 10));
        long remembered = IntStream.range(0, KEYS).filter(i -> keys.has(key(i), 10)).count();
        assertThat(remembered).isGreaterThan(KEYS * 4L / 5);
        assertThat(keys.has(key(KEYS - 1), 10)).as("the last one").isTrue();
    }

    @Test
    void nobodyIsTakenForAnother() {
        IntStream.range(0, KEYS).forEach(i -> keys.add(key(i), 10));
        assertThat(IntStream.range(0, KEYS).filter(i -> keys.has(key(i), 11)))
                .as("with another number of permits")
                .isEmpty();
        assertThat(IntStream.range(KEYS, 2 * KEYS).filter(i -> keys.has(key(i), 10)))
                .as("never added")
                .isEmpty();
    }
}
