package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Limit.CalendarQuota;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTextTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "ms, PT0.001S",
        "s, PT1S",
        "10s, PT10S",
        "10 s, PT10S",
        "sec, PT1S",
        "5sec, PT5S",
        "second, PT1S",
        "10 seconds, PT10S",
        "min, PT1M",
        "MIN, PT1M",
        "15min, PT15M",
        "minute, PT1M",
        "2 Minutes, PT2M",
        "h, PT1H",
        "2h, PT2H",
        "hour, PT1H",
        "24hours, PT24H",
        "d, PT24H",
        "1d, PT24H",
        "day, PT24H",
        "7days, PT168H",
        "366d, PT8784H",
        "PT10S, PT10S",
        "pt1m, PT1M",
        "PT0.25S, PT0.25S",
        "P1D, PT24H",
    })
    void readsEveryFormOfWindow(String window, Duration duration) {
        Limit expected = new SlidingWindow(100, duration);
        assertThat(Fixture.read(LimitText::parse, "100/" + window)).containsExactly(expected);
        assertThat(Fixture.read(LimitText::parse, "100 / " + window)).containsExactly(expected);
        assertThat(Fixture.read(LimitText::parse, "100/" + window + " burst 20"))
                .containsExactly(new TokenBucket(100, duration, 20));
    }

    @Test
    void readsABurstForADay() {
        assertThat(Fixture.read(LimitText::parse, "5000000/day burst 5000000"))
                .containsExactly(new TokenBucket(5_000_000, Duration.ofDays(1), 5_000_000));
    }

    @Test
    void readsSeveral() {
        assertThat(Fixture.read(LimitText::parse, "10/s,1000/h ,\n 5/min  BURST 2"))
                .containsExactly(
                        new SlidingWindow(10, Duration.ofSeconds(1)),
                        new SlidingWindow(1000, Duration.ofHours(1)),
                        new TokenBucket(5, Duration.ofMinutes(1), 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100 per minute-ish | 100/minute",
                "100 per minute     | 100/minute",
                "10/m               | 10/min",
                "10/15m             | 10/15min",
                "10/M               | 10/min",
                "10/secnd           | 10/second",
                "10/hr              | 10/h",
                "10 s               | 10/s",
                "10 in 5 minuts     | 10/5minute",
                "10/min brust 5     | 10/min burst 5",
                "10/min, burst 5    |",
                "10/fortnight       |",
                "10/w               |",
                "10/1.5h            |",
                "10/-5s             |",
                "10/PT-5S           |",
                "10/P1M             |",
                "1e3/s              |",
                "1.5/s              |",
                "1_000/s            |",
                "/s                 |",
                "10/                |",
                "10                 |",
                "min                |",
                "many               |",
                "10/s burst         | 10/s",
                "10/s burst x       | 10/s",
            })
    void saysHowALimitIsWritten(String text, String meant) {
        Problem problem = Fixture.refuse(LimitText::parse, text);
        assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_TEXT);
        assertThat(problem.where()).isEqualTo(Fixture.WHERE);
        assertThat(text).contains(problem.given().replace("\"", ""));
        assertThat(problem.expected()).startsWith("N/window").contains("100/min burst 20");
        if (meant == null) {
            assertThat(problem.hint()).isEmpty();
        } else {
            assertThat(problem.hint()).get().asString().endsWith("Did you mean \"" + meant + "\"?");
        }
    }

    @Test
    void saysWhyMAloneIsRefused() {
        assertThat(Fixture.refuse(LimitText::parse, "10/m").text())
                .isEqualTo(
                        "WEIR-001 A limit cannot be read: io.shop.Products.get(long)\n"
                                + "      given \"10/m\"; expected N/window with a window of ms, s,"
                                + " min, h or d, such as 100/min, 10/s, 500/15min, 100/min burst"
                                + " 20; several separated by commas. \"m\" could be minutes or"
                                + " months. Did you mean \"10/min\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0/min | permits is 0 | permits from 1 to 2147483647",
                "-5/min | permits is -5 | permits from 1 to 2147483647",
                "2147483648/min | permits is 2147483648 | permits from 1 to 2147483647",
                "9223372036854775808/d | permits is 9223372036854775808 | from 1 to 2147483647",
                "10/min burst 0 | burst is 0 | burst from 1 to 2147483647",
                "10/min burst -1 | burst is -1 | burst from 1 to 2147483647",
                "10/min burst 99999999999999999999999999999 | burst is a number of 29 digits |"
                        + " burst from 1",
                "10/0s | window is PT0S | whole milliseconds from 1 ms to 366 days",
                "10/PT0S | window is PT0S | whole milliseconds from 1 ms to 366 days",
                "10/367d | window is PT8808H | whole milliseconds from 1 ms to 366 days",
                "10/999999999999d | window is | whole milliseconds from 1 ms to 366 days",
                "10/PT0.0001S | window is PT0.0001S | whole milliseconds from 1 ms",
                "10/366d burst 2000000000 | burst is 2000000000 | at most 2848 for 10 in PT8784H",
                "5000000/day burst 104249992 | burst is 104249992 | at most 104249991 for",
                "10/min, 20/60s | a second limit of this kind for 60 s | one limit for each",
            })
    void saysWhichBoundIsBroken(String text, String given, String expected) {
        Problem problem = Fixture.refuse(LimitText::parse, text);
        assertThat(problem.code()).isEqualTo(ProblemCode.LIMIT_TEXT);
        assertThat(problem.given()).contains(given);
        assertThat(problem.expected()).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10/s,", ",10/s", "10/s,,1/h"})
    void refusesABlankItem(String text) {
        assertThat(Fixture.refuse(LimitText::parse, text).given())
                .contains("nothing where a limit should be");
    }

    @Test
    void reportsEveryItem() {
        Problems problems = new Problems();
        assertThat(LimitText.parse(new Text("10/m, 5/s, 0/h", "here", problems))).isEmpty();
        assertThat(problems.errors()).extracting(Problem::given).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100/min | at most 100 in any 60 s",
                "5/500ms | at most 5 in any 500 ms",
                "5/90s | at most 5 in any 90 s",
                "5/15min | at most 5 in any 15 min",
                "5/h | at most 5 in any 1 h",
                "5/90min | at most 5 in any 90 min",
                "5/36h | at most 5 in any 36 h",
                "5/7d | at most 5 in any 7 d",
                "5/d | at most 5 in any 1 d",
                "100/min burst 20 | at most 20 at once, refilled one every 600 ms, so at most 120"
                        + " in any 60 s",
                "60/min burst 10 | at most 10 at once, refilled one every 1 s, so at most 70 in"
                        + " any 60 s",
                "7/min burst 1 | at most 1 at once, refilled one every about 8571 ms, so at most 8"
                        + " in any 60 s",
                "7/d burst 1 | at most 1 at once, refilled one every about 12343 s, so at most 8"
                        + " in any 1 d",
                "5000/s burst 9 | at most 9 at once, refilled 5000 every 1 s, so at most 5009 in"
                        + " any 1 s",
                "10/s, 1000/h | at most 10 in any 1 s, and at most 1000 in any 1 h",
                "1000/day in +02:00 | at most 1000 in each day, which begins at 00:00 in +02:00, so"
                        + " up to 2000 around its end",
                "10/s, 5000/week from monday in UTC | at most 10 in any 1 s, and at most 5000 in"
                        + " each week, which begins on monday at 00:00 in UTC, so up to 10000 around"
                        + " its end",
                "50000/month in Europe/Paris | at most 50000 in each month, which begins on the 1st at"
                        + " 00:00 in Europe/Paris, so up to 100000 around its end",
            })
    void saysWhatItMeans(String text, String meaning) {
        assertThat(LimitText.describe(Fixture.read(LimitText::parse, text))).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "50000/month in UTC | MONTH | UTC",
                "50000 / Month IN UTC | MONTH | UTC",
                "1000/day in Europe/Paris | DAY | Europe/Paris",
                "1000/day in +02:00 | DAY | +02:00",
                "5000/week from monday in UTC | WEEK_FROM_MONDAY | UTC",
                "5000/week  from Sunday  in America/New_York | WEEK_FROM_SUNDAY | America/New_York",
            })
    void readsACalendarQuota(String text, Limit.Period period, String zone) {
        long permits = Long.parseLong(text.split("\\D", 2)[0]);
        assertThat(Fixture.read(LimitText::parse, text))
                .containsExactly(new CalendarQuota(permits, period, ZoneId.of(zone)));
    }

    @Test
    void readsAQuotaBesideOthers() {
        assertThat(Fixture.read(LimitText::parse, "10/s, 1000/day, 50000/month in UTC"))
                .containsExactly(
                        new SlidingWindow(10, Duration.ofSeconds(1)),
                        new SlidingWindow(1000, Duration.ofDays(1)),
                        new CalendarQuota(50_000, Limit.Period.MONTH, ZoneId.of("UTC")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "50000/month | in which zone does a month begin? | 50000/month in UTC",
                "50000/months | a day, a week or a month | 50000/month in UTC",
                "5000/week | on which day does a week begin? | 5000/week from monday in UTC",
                "5000/week in Europe/Paris | on which day does a week begin? |"
                        + " 5000/week from monday in Europe/Paris",
                "5000/week from sundy in UTC | on which day | 5000/week from sunday in UTC",
                "5000/week from monday | in which zone | 5000/week from monday in UTC",
                "5000/2weeks from monday in UTC | a day, a week or a month |"
                        + " 5000/week from monday in UTC",
                "1000/day from monday in UTC | only a week has a first day | 1000/day in UTC",
                "1000/hour in UTC | a day, a week or a month |",
                "1000/days in UTC | a day, a week or a month | 1000/day in UTC",
                "1000/day burst 20 in UTC | a calendar quota has no burst | 1000/day in UTC",
                "1000/day in UTC burst 20 | a calendar quota has no burst | 1000/day in UTC",
                "1000/monht in UTC | a day, a week or a month | 1000/month in UTC",
                "1000/d in UTC | a day, a week or a month | 1000/day in UTC",
                "1000/month from 15 in UTC | only a week has a first day | 1000/month in UTC",
                "1000/week on tuesday in UTC | | 1000/week from tuesday in UTC",
                "1000/month UTC | | 1000/month in UTC",
                "1000/day Europe/Paris | | 1000/day in Europe/Paris",
                "1000/day at UTC | | 1000/day in UTC",
                "1000/day of +02:00 | | 1000/day in +02:00",
                "1000 per month in UTC | | 1000/month in UTC",
                "1000 a week | | 1000/week from monday in UTC",
                "1000 every month | | 1000/month in UTC",
                "1000 monthly | | 1000/month in UTC",
                "1000/monthly | a day, a week or a month | 1000/month in UTC",
                "1000 weekly in Europe/Paris | | 1000/week from monday in Europe/Paris",
                "1000 daily in UTC | | 1000/day in UTC",
                "1000/year | a day, a week or a month |",
                "monthly | |",
                "1000/day in | |",
                "1000/day in Europe / Paris | |",
                "x/month in UTC | |",
            })
    void saysHowAQuotaIsWritten(String text, String reason, String meant) {
        Problem problem = Fixture.refuse(LimitText::parse, text);
        assertThat(problem.code()).isEqualTo(ProblemCode.QUOTA_TEXT);
        assertThat(problem.where()).isEqualTo(Fixture.WHERE);
        assertThat(problem.given()).contains(text).contains(reason == null ? "" : reason);
        assertThat(problem.expected()).startsWith("N/day in ZONE").contains("50000/month in UTC");
        assertThat(problem.hint())
                .isEqualTo(Optional.ofNullable(meant).map(m -> "Did you mean \"" + m + "\"?"));
    }

    @ParameterizedTest
    @CsvSource({
        "utc, UTC",
        "europe/paris, Europe/Paris",
        "Europe/Pari, Europe/Paris",
        "Paris, Europe/Paris",
        "New_York, America/New_York",
        "IST, Asia/Kolkata",
        "Middle-earth,",
    })
    void saysWhichZoneWasMeant(String zone, String meant) {
        Problem problem = Fixture.refuse(LimitText::parse, "50000/month in " + zone);
        assertThat(problem.code()).isEqualTo(ProblemCode.TIME_ZONE);
        assertThat(problem.given())
                .isEqualTo("\"" + zone + "\" in \"50000/month in " + zone + "\"");
        assertThat(problem.expected()).contains("Europe/Paris");
        assertThat(problem.hint())
                .isEqualTo(Optional.ofNullable(meant).map(m -> "Did you mean \"" + m + "\"?"));
    }

    @Test
    void aQuotaHasTheBoundsOfEveryLimitAndIsOnlyOnceThere() {
        assertThat(Fixture.refuse(LimitText::parse, "0/month in UTC").given())
                .contains("permits is 0");
        assertThat(
                        Fixture.refuse(LimitText::parse, "10/day in UTC, 20/day in Europe/Paris")
                                .given())
                .contains("a second limit of this kind for day");
    }

    @Property(tries = 500)
    void readsWhatItWrites(@ForAll("limits") List<Limit> limits) {
        assertThat(Fixture.read(LimitText::parse, LimitText.format(limits))).isEqualTo(limits);
    }

    @Property(tries = 500)
    void neverThrows(@ForAll String text) {
        Problems problems = new Problems();
        boolean read = LimitText.parse(new Text(text, "here", problems)).isPresent();
        assertThat(read).isEqualTo(problems.errors().isEmpty());
        problems.report();
    }

    @Provide
    Arbitrary<List<Limit>> limits() {
        Arbitrary<Integer> permits = Arbitraries.integers().between(1, Integer.MAX_VALUE);
        Arbitrary<Duration> windows =
                Arbitraries.longs().between(1, 366L * 86_400_000).map(Duration::ofMillis);
        Arbitrary<Limit> sliding = Combinators.combine(permits, windows).as(SlidingWindow::new);
        Arbitrary<Limit> buckets =
                Combinators.combine(permits, windows, Arbitraries.longs().between(1, 284))
                        .as(TokenBucket::new);
        Arbitrary<Limit> quotas =
                Combinators.combine(
                                permits,
                                Arbitraries.of(Limit.Period.values()),
                                Arbitraries.of(ZoneId.getAvailableZoneIds()).map(ZoneId::of))
                        .as(CalendarQuota::new);
        return Arbitraries.oneOf(sliding, buckets, quotas)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .uniqueElements(l -> List.of(l.getClass(), l.window()))
                .map(ArrayList::new);
    }
}
