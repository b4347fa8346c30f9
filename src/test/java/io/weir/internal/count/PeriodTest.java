package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Limit.CalendarQuota;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where periods begin and end, in every zone of the JDK. */
class PeriodTest {

    /** As far ahead as rules are looked at: from then on they repeat themselves. */
    private static final Instant END = Instant.parse("2066-01-01T00:00:00Z");

    private static List<Long> transitions(ZoneRules rules) {
        List<Long> seconds = new ArrayList<>();
        rules.getTransitions().forEach(t -> seconds.add(t.toEpochSecond()));
        Instant last =
                Instant.ofEpochSecond(seconds.isEmpty() ? 0 : seconds.get(seconds.size() - 1));
        for (ZoneOffsetTransition t = rules.nextTransition(last);
                t != null && t.getInstant().isBefore(END);
                t = rules.nextTransition(t.getInstant())) {
            seconds.add(t.toEpochSecond());
        }
        return seconds;
    }

    @Test
    void everyMomentAroundEveryTransitionOfEveryZoneIsInOnePeriod() {
        long[] around = {-86_400, -3_601, -1, 0, 1, 1_800, 3_600, 86_399, 86_400};
        int looked = 0;
        Set<ZoneRules> seen = new HashSet<>();
        Limit.Period[] kinds = Limit.Period.values();
        for (String id : ZoneId.getAvailableZoneIds()) {
            ZoneId zone = ZoneId.of(id);
            if (!seen.add(zone.getRules())) {
                continue; // another name of a zone
            }
            for (long transition : transitions(zone.getRules())) {
                for (long off : around) {
                    Limit.Period other = kinds[looked % kinds.length];
                    for (Limit.Period kind : List.of(Limit.Period.DAY, Limit.Period.MONTH, other)) {
                        check(new CalendarQuota(1, kind, zone), transition + off);
                        looked++;
                    }
                }
            }
        }
        assertThat(looked).isGreaterThan(800_000);
    }

    /** Without AssertJ where all is well: it makes an object each time. */
    private static void check(CalendarQuota quota, long second) {
        Period is = Period.at(quota, second);
        long length = is.end() - is.begin();
        boolean right =
                is.has(second)
                        && Period.at(quota, is.begin()).equals(is)
                        && Period.at(quota, is.end() - 1).equals(is)
                        && is.next(quota).begin() == is.end()
                        && Period.at(quota, is.begin() - 1).end() == is.begin()
                        && length <= quota.fullAfter().toSeconds()
                        && isFirst(quota, is.begin());
        assertThat(right).as("%s at %s: %s", quota, Instant.ofEpochSecond(second), is).isTrue();
    }

    /** By the clock on the wall: midnight of a first day has come, and not a second before. */
    private static boolean isFirst(CalendarQuota quota, long begin) {
        ZoneRules rules = quota.zone().getRules();
        LocalDateTime now = local(rules, begin);
        LocalDateTime before = local(rules, begin - 1).plusSeconds(1);
        if (!now.isAfter(before)) {
            return now.toLocalTime().equals(LocalTime.MIDNIGHT)
                    && isFirstDay(quota, now.toLocalDate());
        }
        // A gap: the first day begins somewhere in it.
        for (LocalDate day = now.toLocalDate();
                !day.atStartOfDay().isBefore(before);
                day = day.minusDays(1)) {
            if (isFirstDay(quota, day)) {
                return true;
            }
        }
        return false;
    }

    private static LocalDateTime local(ZoneRules rules, long second) {
        ZoneOffset offset = rules.getOffset(Instant.ofEpochSecond(second));
        return LocalDateTime.ofEpochSecond(second, 0, offset);
    }

    private static boolean isFirstDay(CalendarQuota quota, LocalDate day) {
        return switch (quota.period()) {
            case DAY -> true;
            case MONTH -> day.getDayOfMonth() == 1;
            default -> quota.period().name().endsWith("_" + DayOfWeek.from(day).name());
        };
    }

    @ParameterizedTest
    @CsvSource({
        "DAY, UTC, 2026-11-28T18:55:00Z, 2026-11-28T00:00:00Z, PT24H",
        "DAY, Europe/Paris, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, PT23H",
        "DAY, Europe/Paris, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, PT25H",
        "MONTH, Europe/Paris, 2026-03-31T21:59:59Z, 2026-02-28T23:00:00Z, PT743H",
        "MONTH, Europe/Paris, 2026-03-31T22:00:00Z, 2026-03-31T22:00:00Z, PT720H",
        "MONTH, UTC, 2028-02-29T23:59:59Z, 2028-02-01T00:00:00Z, PT696H",
        "WEEK_FROM_MONDAY, UTC, 2026-11-28T18:55:00Z, 2026-11-23T00:00:00Z, PT168H",
        "WEEK_FROM_SUNDAY, UTC, 2026-11-28T18:55:00Z, 2026-11-22T00:00:00Z, PT168H",
        "WEEK_FROM_SATURDAY, UTC, 2026-11-28T00:00:00Z, 2026-11-28T00:00:00Z, PT168H",
        // Midnight is left out: the day begins at 01:00.
        "DAY, America/Havana, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, PT23H",
        // 00:00 to 01:00 is shown twice: the day begins when it is shown first.
        "DAY, America/Havana, 2026-11-01T04:30:00Z, 2026-11-01T04:00:00Z, PT25H",
        "DAY, America/Havana, 2026-11-01T05:30:00Z, 2026-11-01T04:00:00Z, PT25H",
        // The 30th is left out.
        "DAY, Pacific/Apia, 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, PT24H",
        "DAY, Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, PT24H",
        // At 00:01 it is 23:01 of the day before once more, and the new day has begun all the same.
        "DAY, America/St_Johns, 2006-10-29T02:30:30Z, 2006-10-29T02:30:00Z, PT25H",
        "DAY, America/St_Johns, 2006-10-29T02:45:00Z, 2006-10-29T02:30:00Z, PT25H",
    })
    void someThatAreKnown(
            Limit.Period kind, String zone, Instant moment, Instant begin, Duration length) {
        Period is = Period.at(new CalendarQuota(1, kind, ZoneId.of(zone)), moment.getEpochSecond());
        assertThat(Instant.ofEpochSecond(is.begin())).isEqualTo(begin);
        assertThat(Duration.ofSeconds(is.end() - is.begin())).isEqualTo(length);
    }
}
