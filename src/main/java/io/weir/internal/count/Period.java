package io.weir.internal.count;

import io.weir.Limit;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/**
 * One period of a calendar quota, from the first moment of a day to that of another one, in whole
 * seconds since 1970. Its begin is its name: all nodes that know the same zones call it the same.
 *
 * @param begin its first second
 * @param end the first second of the next one
 */
public record Period(long begin, long end) {

    /**
     * The period that a moment is in.
     *
     * @param quota which periods
     * @param second seconds since 1970
     * @return the only one that has it: they follow each other without gaps
     */
    public static Period at(Limit.CalendarQuota quota, long second) {
        LocalDate date = LocalDate.ofInstant(Instant.ofEpochSecond(second), quota.zone());
        LocalDate first = first(quota, date);
        // Clocks that are put back at midnight show an earlier date once more: then the date alone
        // says too little. A date that a zone leaves out begins, and ends, with the next one.
        while (begin(quota, next(quota, first)) <= second) {
            first = next(quota, first);
        }
        while (begin(quota, first) > second) {
            first = first(quota, first.minusDays(1));
        }
        return new Period(begin(quota, first), begin(quota, next(quota, first)));
    }

    /**
     * The period after it.
     *
     * @param quota which periods
     * @return it begins when this one ends
     */
    public Period next(Limit.CalendarQuota quota) {
        return at(quota, end);
    }

    boolean has(long second) {
        return begin <= second && second < end;
    }

    private static LocalDate first(Limit.CalendarQuota quota, LocalDate date) {
        return switch (quota.period()) {
            case DAY -> date;
            case MONTH -> date.withDayOfMonth(1);
            default -> date.with(TemporalAdjusters.previousOrSame(firstDay(quota.period())));
        };
    }

    private static LocalDate next(Limit.CalendarQuota quota, LocalDate first) {
        return switch (quota.period()) {
            case DAY -> first.plusDays(1);
            case MONTH -> first.plusMonths(1);
            default -> first.plusWeeks(1);
        };
    }

    private static DayOfWeek firstDay(Limit.Period week) {
        String name = week.name();
        return DayOfWeek.valueOf(name.substring(name.lastIndexOf('_') + 1));
    }

    private static long begin(Limit.CalendarQuota quota, LocalDate first) {
        return first.atStartOfDay(quota.zone()).toEpochSecond();
    }
}
