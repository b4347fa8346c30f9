package io.weir.testing;

import io.weir.Limit.CalendarQuota;
import io.weir.internal.count.Period;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;

/** The kinds of calendar quotas, as they stand in the names of keys. */
final class Quotas {

    private Quotas() {}

    /**
     * Whether another period has begun.
     *
     * @param kind such as {@code quota-month-Europe/Paris}
     */
    static boolean isOver(String kind, Instant before, Instant after) {
        String name = kind.toUpperCase(Locale.ROOT).replace('-', '_');
        CalendarQuota.Period period =
                Arrays.stream(CalendarQuota.Period.values())
                        .filter(one -> name.startsWith("QUOTA_" + one + "_"))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no quota: " + kind));
        String zone = kind.substring(("quota-" + period + "-").length());
        CalendarQuota quota =
                new CalendarQuota(
                        1, period, ZoneId.of(URLDecoder.decode(zone, StandardCharsets.US_ASCII)));
        return Period.at(quota, before.getEpochSecond()).end() <= after.getEpochSecond();
    }
}
