package io.weir;

import java.util.Locale;

/** How a limit is told from others on the wire. Stateless. */
final class WireName {

    private WireName() {}

    /** {@code 60s}, {@code 60s-burst}, {@code month}. */
    static String suffix(Limit limit) {
        if (limit instanceof Limit.CalendarQuota quota) {
            String period = quota.period().name().toLowerCase(Locale.ROOT);
            return period.split("_", 2)[0];
        }
        long millis = limit.window().toMillis();
        String window = millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
        return limit instanceof Limit.TokenBucket ? window + "-burst" : window;
    }
}
