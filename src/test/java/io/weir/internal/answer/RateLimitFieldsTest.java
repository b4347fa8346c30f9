package io.weir.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.guard.PolicyDecision;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitFieldsTest {

    private static final long LARGEST = 999_999_999_999_999L;

    private static final Policy ORDERS =
            Policy.of(
                    "orders",
                    new Limit.SlidingWindow(3, Duration.ofSeconds(1)),
                    new Limit.SlidingWindow(20, Duration.ofSeconds(60)));

    private static final Policy PRODUCTS =
            Policy.of("products", new Limit.SlidingWindow(100, Duration.ofSeconds(60)));

    private final Answers answers =
            answers(AnswerSettings.When.REFUSED, AnswerSettings.Form.DRAFT_11);
    private final Answers legacy = answers(AnswerSettings.When.REFUSED, AnswerSettings.Form.LEGACY);

    @Test
    void oneItemForEachLimit() {
        assertThat(answers.fields(List.of(new PolicyDecision(ORDERS, ordersAdmitted()))))
                .containsExactly(
                        new Answer.Field(
                                "RateLimit-Policy",
                                "\"orders-1s\";q=3;w=1, \"orders-60s\";q=20;w=60"),
                        new Answer.Field(
                                "RateLimit", "\"orders-1s\";r=1;t=1, \"orders-60s\";r=12;t=30"));
    }

    @Test
    void aPolicyOfOneLimitIsCalledByItsName() {
        assertThat(answers.fields(List.of(admitted(PRODUCTS, 99, Duration.ofSeconds(60)))))
                .containsExactly(
                        new Answer.Field("RateLimit-Policy", "\"products\";q=100;w=60"),
                        new Answer.Field("RateLimit", "\"products\";r=99;t=60"));
    }

    @Test
    void policiesAreMergedInTheOrderOfTheirDecisions() {
        assertThat(
                        values(
                                answers.fields(
                                        List.of(
                                                admitted(PRODUCTS, 5, Duration.ofMillis(1_001)),
                                                new PolicyDecision(ORDERS, ordersAdmitted())))))
                .containsExactly(
                        "\"products\";q=100;w=60, \"orders-1s\";q=3;w=1, \"orders-60s\";q=20;w=60",
                        "\"products\";r=5;t=2, \"orders-1s\";r=1;t=1, \"orders-60s\";r=12;t=30");
    }

    @Test
    void onARefusalTEqualsRetryAfter() {
        // The next permit is near, but the request asks for three.
        Decision refused =
                new Decision.Refused(
                        Duration.ofMillis(40_500),
                        List.of("orders-60s"),
                        List.of(
                                state("orders-1s", 3, 1_000, 3, 0),
                                state("orders-60s", 20, 60_000, 2, 7_000)));

        assertThat(values(answers.fields(List.of(new PolicyDecision(ORDERS, refused)))).get(1))
                .isEqualTo("\"orders-1s\";r=3, \"orders-60s\";r=2;t=41");
        assertThat(answers.refusal(new RateLimitExceededException(ORDERS, refused), null).headers())
                .contains(new Answer.Field("Retry-After", "41"));
    }

    @Test
    void tIsCappedAsRetryAfterIs() {
        Decision refused =
                new Decision.Refused(
                        Duration.ofHours(1),
                        List.of(),
                        List.of(state("products", 100, 60_000, 0, 1_000)));

        assertThat(values(answers.fields(List.of(new PolicyDecision(PRODUCTS, refused)))).get(1))
                .isEqualTo("\"products\";r=0;t=60");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.999999999S, ''",
        "PT1S, ;w=1",
        "PT1.000000001S, ;w=2",
        "PT2.7S, ;w=3",
        "P366D, ;w=31622400"
    })
    void aWindowUnderASecondIsLeftOut(Duration window, String expected) {
        LimitState state = new LimitState("products", 5, window, 5, Duration.ZERO);

        assertThat(values(answers.fields(List.of(admitted(PRODUCTS, state)))))
                .containsExactly("\"products\";q=5" + expected, "\"products\";r=5");
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        PolicyDecision unknown = new PolicyDecision(PRODUCTS, new Decision.Admitted(List.of()));

        assertThat(answers.fields(List.of())).isEmpty();
        assertThat(answers.fields(List.of(unknown))).isEmpty();
        assertThat(legacy.fields(List.of(unknown))).isEmpty();
        assertThat(
                        values(
                                answers.fields(
                                        List.of(
                                                unknown,
                                                new PolicyDecision(ORDERS, ordersAdmitted())))))
                .allSatisfy(value -> assertThat(value).startsWith("\"orders-1s\";"));
    }

    @Test
    void onlyPoliciesThatCanRefuseAppear() {
        for (PolicyDecision silent :
                List.of(
                        admitted(with(PRODUCTS, OnRefusal.SKIP, Mode.ENFORCE), 0, Duration.ZERO),
                        admitted(with(PRODUCTS, OnRefusal.THROW, Mode.OBSERVE), 0, Duration.ZERO),
                        admitted(with(PRODUCTS, OnRefusal.THROW, Mode.OFF), 0, Duration.ZERO))) {
            assertThat(answers.fields(List.of(silent))).isEmpty();
            assertThat(legacy.fields(List.of(silent))).isEmpty();
            assertThat(
                            answers.fields(
                                    List.of(silent, new PolicyDecision(ORDERS, ordersAdmitted()))))
                    .isEqualTo(
                            answers.fields(List.of(new PolicyDecision(ORDERS, ordersAdmitted()))));
        }
    }

    @Test
    void a503HasNoFieldsWhateverWasDecidedBefore() {
        Decision unavailable = new Decision.Unavailable(Duration.ofSeconds(1));
        PolicyDecision before = new PolicyDecision(ORDERS, ordersAdmitted());

        assertThat(answers.fields(List.of(before, new PolicyDecision(PRODUCTS, unavailable))))
                .isEmpty();
        assertThat(legacy.fields(List.of(before, new PolicyDecision(PRODUCTS, unavailable))))
                .isEmpty();
        // Who only skips makes no 503.
        Policy skipping = with(PRODUCTS, OnRefusal.SKIP, Mode.ENFORCE);
        assertThat(answers.fields(List.of(before, new PolicyDecision(skipping, unavailable))))
                .isEqualTo(answers.fields(List.of(before)));
    }

    @Test
    void ofOneNameTheFewerRemainingIsKeptInTheFirstPlace() {
        PolicyDecision orders = new PolicyDecision(ORDERS, ordersAdmitted());
        PolicyDecision many = admitted(PRODUCTS, 9, Duration.ofSeconds(50));
        PolicyDecision few = admitted(PRODUCTS, 8, Duration.ofSeconds(2));

        for (List<PolicyDecision> order :
                List.of(List.of(many, orders, few), List.of(few, orders, many))) {
            assertThat(values(answers.fields(order)).get(1))
                    .isEqualTo(
                            "\"products\";r=8;t=2, \"orders-1s\";r=1;t=1, \"orders-60s\";r=12;t=30");
        }
    }

    @Test
    void atEqualRemainingTheLaterIsKept() {
        PolicyDecision soon = admitted(PRODUCTS, 9, Duration.ofSeconds(2));
        PolicyDecision late = admitted(PRODUCTS, 9, Duration.ofSeconds(50));

        for (List<PolicyDecision> order : List.of(List.of(soon, late), List.of(late, soon))) {
            assertThat(values(answers.fields(order)).get(1)).isEqualTo("\"products\";r=9;t=50");
        }
    }

    @Test
    void whatRefusedIsKeptBeforeWhatIsFewer() {
        PolicyDecision fewer = admitted(PRODUCTS, 1, Duration.ofSeconds(3));
        PolicyDecision refused =
                new PolicyDecision(
                        PRODUCTS,
                        new Decision.Refused(
                                Duration.ofSeconds(20),
                                List.of("products"),
                                List.of(state("products", 100, 60_000, 2, 1_000))));

        for (List<PolicyDecision> order :
                List.of(List.of(fewer, refused), List.of(refused, fewer))) {
            assertThat(values(answers.fields(order)).get(1)).isEqualTo("\"products\";r=2;t=20");
        }
    }

    @Test
    void impossibleSaysWhatIsLeft() {
        Decision impossible =
                new Decision.Impossible(List.of(state("products", 100, 60_000, 40, 1_500)));

        assertThat(values(answers.fields(List.of(new PolicyDecision(PRODUCTS, impossible)))))
                .containsExactly("\"products\";q=100;w=60", "\"products\";r=40;t=2");
    }

    @Test
    void noneIsNone() {
        for (AnswerSettings.Form form : AnswerSettings.Form.values()) {
            assertThat(
                            answers(AnswerSettings.When.NONE, form)
                                    .fields(List.of(new PolicyDecision(ORDERS, ordersAdmitted()))))
                    .isEmpty();
        }
    }

    @Test
    void legacyTellsTheMostRestrictiveLimit() {
        assertThat(
                        legacy.fields(
                                List.of(
                                        admitted(PRODUCTS, 99, Duration.ofSeconds(60)),
                                        new PolicyDecision(ORDERS, ordersAdmitted()))))
                .containsExactly(
                        new Answer.Field("X-RateLimit-Limit", "3"),
                        new Answer.Field("X-RateLimit-Remaining", "1"),
                        new Answer.Field("X-RateLimit-Reset", "1"));
    }

    @Test
    void legacyOnARefusalTellsTheLimitThatRefused() {
        Decision refused =
                new Decision.Refused(
                        Duration.ofMillis(40_500),
                        List.of("orders-60s"),
                        List.of(
                                state("orders-1s", 3, 1_000, 1, 900),
                                state("orders-60s", 20, 60_000, 2, 7_000)));

        assertThat(values(legacy.fields(List.of(new PolicyDecision(ORDERS, refused)))))
                .containsExactly("20", "2", "41");
    }

    @Test
    void legacyResetIsZeroWhenNothingIsUsed() {
        assertThat(values(legacy.fields(List.of(admitted(PRODUCTS, 100, Duration.ZERO)))))
                .containsExactly("100", "100", "0");
    }

    @Property
    void theFieldsAlwaysParse(@ForAll("states") List<LimitState> states) {
        List<PolicyDecision> counted =
                states.stream().map(state -> admitted(PRODUCTS, state)).toList();
        List<String> names = states.stream().map(LimitState::name).distinct().toList();
        List<Answer.Field> fields = answers.fields(counted);
        assertThat(fields)
                .extracting(Answer.Field::name)
                .containsExactly("RateLimit-Policy", "RateLimit");

        Map<String, Map<String, Long>> policy = new StructuredList(fields.get(0).value()).parse();
        Map<String, Map<String, Long>> state = new StructuredList(fields.get(1).value()).parse();

        assertThat(policy.keySet()).containsExactlyElementsOf(names);
        assertThat(state.keySet()).containsExactlyElementsOf(names);
        assertThat(policy.values())
                .allSatisfy(
                        item -> {
                            assertThat(item).containsKey("q");
                            assertThat(item.keySet()).isSubsetOf("q", "w");
                        });
        for (String name : names) {
            long fewest =
                    states.stream()
                            .filter(s -> s.name().equals(name))
                            .mapToLong(LimitState::remaining)
                            .min()
                            .orElseThrow();
            Map<String, Long> item = state.getOrDefault(name, Map.of());
            assertThat(item).containsEntry("r", Math.min(fewest, LARGEST));
            assertThat(item.keySet()).isSubsetOf("r", "t");
            assertThat(item.getOrDefault("t", 1L)).isPositive();
        }
    }

    @Provide
    Arbitrary<List<LimitState>> states() {
        Arbitrary<String> ascii =
                Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(20);
        Arbitrary<String> nasty =
                Arbitraries.strings().withChars("\"\\,;= a").ofMinLength(1).ofMaxLength(6);
        Arbitrary<Long> numbers = Arbitraries.longs().between(0, Long.MAX_VALUE);
        Arbitrary<Duration> durations =
                Combinators.combine(
                                Arbitraries.longs().between(0, Long.MAX_VALUE),
                                Arbitraries.integers().between(0, 999_999_999))
                        .as(Duration::ofSeconds);
        return Combinators.combine(
                        Arbitraries.oneOf(ascii, nasty), numbers, durations, numbers, durations)
                .as(LimitState::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    private static Answers answers(AnswerSettings.When when, AnswerSettings.Form form) {
        return new Answers(new AnswerSettings(when, form));
    }

    private static Decision ordersAdmitted() {
        return new Decision.Admitted(
                List.of(
                        state("orders-1s", 3, 1_000, 1, 600),
                        state("orders-60s", 20, 60_000, 12, 29_100)));
    }

    private static LimitState state(
            String name, long permits, long windowMillis, long remaining, long untilNextMillis) {
        return new LimitState(
                name,
                permits,
                Duration.ofMillis(windowMillis),
                remaining,
                Duration.ofMillis(untilNextMillis));
    }

    private static PolicyDecision admitted(Policy policy, long remaining, Duration untilNext) {
        return admitted(
                policy,
                new LimitState(
                        policy.wireName(), 100, Duration.ofSeconds(60), remaining, untilNext));
    }

    private static PolicyDecision admitted(Policy policy, LimitState state) {
        return new PolicyDecision(policy, new Decision.Admitted(List.of(state)));
    }

    private static Policy with(Policy policy, OnRefusal onRefusal, Mode mode) {
        return Policies.like(policy).onRefusal(onRefusal).mode(mode).policy();
    }

    private static List<String> values(List<Answer.Field> fields) {
        return fields.stream().map(Answer.Field::value).toList();
    }

    /** Reads a List of Strings with Integer parameters as RFC 9651, section 4.2, says. */
    private static final class StructuredList {

        private final String text;
        private int at;

        StructuredList(String text) {
            this.text = text;
        }

        Map<String, Map<String, Long>> parse() {
            Map<String, Map<String, Long>> items = new LinkedHashMap<>();
            while (true) {
                String name = string();
                assertThat(items.put(name, parameters())).as("twice: " + name).isNull();
                if (at == text.length()) {
                    return items;
                }
                expect(',');
                while (text.charAt(at) == ' ') {
                    at++;
                }
            }
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            expect('"');
            while (text.charAt(at) != '"') {
                if (text.charAt(at) == '\\') {
                    at++;
                    assertThat(text.charAt(at)).isIn('"', '\\');
                }
                assertThat(text.charAt(at)).isBetween(' ', '~');
                string.append(text.charAt(at++));
            }
            expect('"');
            return string.toString();
        }

        private Map<String, Long> parameters() {
            Map<String, Long> parameters = new LinkedHashMap<>();
            while (at < text.length() && text.charAt(at) == ';') {
                at++;
                String key = take("abcdefghijklmnopqrstuvwxyz");
                expect('=');
                String digits = take("0123456789");
                assertThat(digits).hasSizeBetween(1, 15);
                assertThat(parameters.put(key, Long.parseLong(digits))).isNull();
            }
            return parameters;
        }

        private String take(String allowed) {
            int start = at;
            while (at < text.length() && allowed.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            assertThat(at).isGreaterThan(start);
            return text.substring(start, at);
        }

        private void expect(char c) {
            assertThat(text.charAt(at++)).isEqualTo(c);
        }
    }
}
