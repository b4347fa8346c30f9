package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EntriesTest {

    private final Entries entries = new Entries(10, new SetTicker(0), () -> {}, false);

    private static List<Policy> versions(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> new SlidingWindow(n, Duration.ofMinutes(1)))
                .map(limit -> Policy.of("p", limit))
                .toList();
    }

    /** As the plans of callers do. */
    @Test
    void versionsThatTakeTurnsAreMadeOnce() {
        List<Policy> plans = versions(17);
        Entries.PolicyEntries keys = entries.of(plans.get(0));
        List<Limits> made = plans.stream().map(keys::limits).toList();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < plans.size(); i++) {
                assertThat(keys.limits(plans.get(i))).isSameAs(made.get(i));
            }
        }
    }

    @Test
    void theOldestVersionGoesFirst() {
        List<Policy> all = versions(100);
        Entries.PolicyEntries keys = entries.of(all.get(0));
        List<Limits> made = all.stream().map(keys::limits).toList();
        for (int i = 83; i < 100; i++) {
            assertThat(keys.limits(all.get(i))).isSameAs(made.get(i));
        }
        assertThat(keys.limits(all.get(82))).isNotSameAs(made.get(82));
    }
}
