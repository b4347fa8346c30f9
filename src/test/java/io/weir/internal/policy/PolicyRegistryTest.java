package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.KeySource;
import io.weir.KeySource.Kind;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.StatusCodes;
import io.weir.internal.http.RouteSettings;
import io.weir.internal.policy.Fixture.Use;
import io.weir.internal.policy.Fixture.Written;
import io.weir.internal.policy.Problem.Severity;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRegistryTest {

    private static final String A = "io.shop.A.get(long)";
    private static final String B = "io.shop.B.get(long)";
    private static final Limit PER_MINUTE = new Limit.SlidingWindow(100, Duration.ofMinutes(1));

    private Problems problems = new Problems();

    private PolicyRegistry book(String... namesAndValues) {
        return book(Fixture.file(namesAndValues));
    }

    private PolicyRegistry book(ConfigSource source) {
        return new PolicyRegistry(Settings.read(source, problems));
    }

    private Policy good(PolicyRegistry book, Use use) {
        Optional<Policy> policy = use.declare(book, problems);
        assertThat(problems.report()).isEmpty();
        return policy.orElseThrow();
    }

    private Problem onlyError() {
        assertThat(problems.report()).contains(" 1 error, 0 warnings");
        return problems.errors().get(0);
    }

    private Problem onlyWarning() {
        assertThat(problems.report()).contains(" 0 errors, 1 warning ");
        return problems.warnings().get(0);
    }

    @Test
    void aPolicyWithoutANameIsItsPlace() {
        Policy policy = good(book(), Fixture.at(A, "", "100/min"));
        assertThat(policy)
                .isEqualTo(Policies.named(A).wireName("100-in-60s").limits(PER_MINUTE).policy());
        assertThat(policy.limitName(0)).isEqualTo("100-in-60s");
    }

    @Test
    void limitsHaveDistinctNamesOnTheWire() {
        Policy unnamed = good(book(), Fixture.at(A, "", "10/s, 1000/h, 1000/h burst 5"));
        assertThat(List.of(unnamed.limitName(0), unnamed.limitName(1), unnamed.limitName(2)))
                .containsExactly("10-in-1s", "1000-in-3600s", "1000-in-3600s-burst");
        Policy named = good(book(), Fixture.at(A, "orders", "3/s, 20/min, 20/500ms burst 5"));
        assertThat(List.of(named.limitName(0), named.limitName(1), named.limitName(2)))
                .containsExactly("orders-1s", "orders-60s", "orders-500ms-burst");
        assertThat(good(book(), Fixture.at(A, "orders", "3/s burst 2")).limitName(0))
                .isEqualTo("orders");
    }

    @Test
    void configurationWinsPartByPart() {
        PolicyRegistry book =
                book(
                        "weir.mode", "observe",
                        "weir.redis.engine", "script",
                        "weir.policy.orders.limit", "100/min",
                        "weir.policy.orders.on-outage", "fail-closed");
        Use use =
                new Use(
                        A,
                        new Written(
                                "orders",
                                "5/s",
                                "principal",
                                2,
                                "",
                                OnRefusal.SKIP,
                                OnOutage.FAIL_OPEN,
                                CountWhen.ALWAYS,
                                "",
                                false));
        Policy policy = good(book, use);
        assertThat(policy)
                .isEqualTo(
                        Policies.named("orders")
                                .key(new KeySource(Kind.PRINCIPAL, ""))
                                .limits(PER_MINUTE)
                                .cost(2)
                                .onRefusal(OnRefusal.SKIP)
                                .onOutage(OnOutage.FAIL_CLOSED)
                                .mode(Mode.OBSERVE)
                                .engine(Engine.SCRIPT)
                                .policy());
        assertThat(book.describe(policy.name()))
                .isEqualTo(
                        "orders: at most 100 in any 60 s, per principal; limit from"
                                + " weir.policy.orders.limit (META-INF/weir.properties); key from "
                                + A
                                + "; cost 2 from "
                                + A
                                + "; on-refusal skip from "
                                + A
                                + "; on-outage fail-closed from weir.policy.orders.on-outage"
                                + " (META-INF/weir.properties); mode observe from weir.mode;"
                                + " engine script from weir.redis.engine; the rest by default");
    }

    @ParameterizedTest
    @CsvSource({
        "refused, '', '', RRATELIMITER, RRATELIMITER",
        "always, '', '', SCRIPT, SCRIPT",
        "always, rratelimiter, '', RRATELIMITER, RRATELIMITER",
        "always, '', rratelimiter, RRATELIMITER, SCRIPT",
        "refused, script, '', SCRIPT, SCRIPT",
        "always, rratelimiter, script, SCRIPT, RRATELIMITER",
        "none, '', '', RRATELIMITER, RRATELIMITER",
    })
    void whatTellsEachAnswerWhatIsLeftIsTheScriptUnlessSomebodySaysOtherwise(
            String fields, String all, String own, Engine orders, Engine others) {
        PolicyRegistry book =
                book(
                        "weir.fields", fields,
                        "weir.redis.engine", all,
                        "weir.policy.orders.engine", own);
        assertThat(good(book, Fixture.at(A, "orders", "5/s")).engine()).isEqualTo(orders);
        assertThat(good(book, Fixture.at(A, "", "5/s")).engine()).isEqualTo(others);
    }

    @Test
    void everyPartCanBeConfigured() {
        PolicyRegistry book =
                book(
                        "weir.mode", "observe",
                        "weir.redis.engine", "script",
                        "weir.policy.orders.limit", "100/min",
                        "weir.policy.orders.key", "global",
                        "weir.policy.orders.cost", "3",
                        "weir.policy.orders.mode", "Enforce",
                        "weir.policy.orders.on-outage", "LOCAL_SHARE",
                        "weir.policy.orders.engine", "rratelimiter",
                        "weir.policy.orders.path", "/orders",
                        "weir.policy.orders.methods", "post, PUT");
        Policy policy = good(book, Fixture.at(A, "orders", "5/s"));
        assertThat(policy)
                .isEqualTo(
                        Policies.named("orders")
                                .key(new KeySource(Kind.GLOBAL, ""))
                                .limits(PER_MINUTE)
                                .cost(3)
                                .onOutage(OnOutage.LOCAL_SHARE)
                                .policy());
        assertThat(configured(book)).isEmpty();
        assertThat(book.routes((p, rules) -> tuple(p.get(), rules)))
                .containsExactly(
                        tuple(
                                policy,
                                new RouteSettings(
                                        "/orders",
                                        Set.of("POST", "PUT"),
                                        RouteSettings.ENTRIES,
                                        List.of())));
        assertThat(book.describe(policy.name()))
                .contains("all callers together")
                .contains("cost 3 from");
    }

    @Test
    void aPlainPolicyIsDescribedBriefly() {
        PolicyRegistry book = book();
        Policy policy = good(book, Fixture.at(A, "", "100/min burst 20"));
        assertThat(book.describe(policy.name()))
                .isEqualTo(
                        A
                                + ": at most 20 at once, refilled one every 600 ms, so at most 120"
                                + " in any 60 s, per client; limit from "
                                + A
                                + "; the rest by default");
        assertThatThrownBy(() -> book.describe("other")).hasMessageContaining("other");
    }

    @Test
    void theLimitMayBeLeftToConfiguration() {
        assertThat(
                        good(
                                        book("weir.policy.view count.limit", "100/min"),
                                        Fixture.at(A, "view count", ""))
                                .limits())
                .containsExactly(PER_MINUTE);
        assertThat(
                        good(
                                        book(
                                                Fixture.environment(
                                                        "WEIR_POLICY_VIEW_COUNT_LIMIT", "100/min")),
                                        Fixture.at(A, "view-count", ""))
                                .limits())
                .containsExactly(PER_MINUTE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Only a policy with a name can be configured",
                "orders | The setting is weir.policy.orders.limit",
            })
    void neitherIsAnError(String name, String hint) {
        assertThat(Fixture.at(A, name, " ").declare(book(), problems)).isEmpty();
        assertThat(onlyError().code()).isEqualTo(ProblemCode.NO_LIMIT);
        assertThat(onlyError().where()).isEqualTo(A);
        assertThat(onlyError().hint()).hasValue(hint);
    }

    @Test
    void aBadConfiguredLimitIsOneProblem() {
        PolicyRegistry book = book("weir.policy.orders.limit", "10/m");
        assertThat(Fixture.at(A, "orders", "").declare(book, problems)).isEmpty();
        assertThat(Fixture.at(B, "orders", "").declare(book, problems)).isEmpty();
        configured(book);
        assertThat(onlyError().where())
                .isEqualTo("weir.policy.orders.limit (META-INF/weir.properties)");
    }

    @Test
    void aBadAnnotationIsAProblemAlsoWhereConfigurationWins() {
        Fixture.at(A, "orders", "10/m").declare(book("weir.policy.orders.limit", "10/s"), problems);
        assertThat(onlyError().where()).isEqualTo(A);
    }

    @ParameterizedTest
    @ValueSource(strings = {" orders", "orders ", " ", "für alle", "a\nb"})
    void namesArePrintable(String name) {
        Fixture.at(A, name, "1/s").declare(book(), problems);
        assertThat(onlyError().code()).isEqualTo(ProblemCode.POLICY_NAME);
    }

    @Test
    void foldedIds() {
        assertThat(good(book(), Fixture.at(A, "orders", "1/s")).callers().foldIds()).isFalse();
        PolicyRegistry book = book("weir.policy.orders.fold-ids", "true");
        Policy folded = good(book, Fixture.at(A, "orders", "1/s"));
        assertThat(folded.callers().foldIds()).isTrue();
        assertThat(book.describe("orders"))
                .contains("; fold-ids true from weir.policy.orders.fold-ids");
    }

    @Test
    void oneNameOneThing() {
        PolicyRegistry book = book();
        Policy first = good(book, Fixture.at(A, "orders", "100/min"));
        assertThat(good(book, Fixture.at(B, "orders", "100/60s"))).isSameAs(first);
        book.declare(
                B,
                new Written(
                        "orders",
                        "5/s",
                        "global",
                        2,
                        "",
                        OnRefusal.SKIP,
                        OnOutage.FAIL_OPEN,
                        CountWhen.ALWAYS,
                        "",
                        true),
                problems);
        assertThat(problems.errors())
                .allMatch(p -> p.code() == ProblemCode.NAME_DISAGREES && p.where().equals(B));
        assertThat(problems.errors().stream().map(Problem::given))
                .containsExactly(
                        "limit 5/1s for the name \"orders\"",
                        "key global for the name \"orders\"",
                        "cost 2 for the name \"orders\"",
                        "onRefusal SKIP for the name \"orders\"",
                        "onOutage FAIL_OPEN for the name \"orders\"",
                        "foldIds true for the name \"orders\"");
        assertThat(problems.errors().get(0).expected()).startsWith("limit 100/60s, as at " + A);
        assertThat(book.all()).containsExactly(first);
        assertThat(book.find("orders").get()).isSameAs(first);
        assertThatThrownBy(() -> book.find("order"))
                .hasMessage("nobody declares the policy \"order\"; Did you mean \"orders\"?");
    }

    @Test
    void aLimitLeftOutIsNotTakenFromTheOtherPlace() {
        PolicyRegistry book = book();
        good(book, Fixture.at(A, "orders", "5/s"));
        assertThat(Fixture.at(B, "orders", "").declare(book, problems)).isEmpty();
        assertThat(onlyError().code()).isEqualTo(ProblemCode.NAME_DISAGREES);
        assertThat(onlyError().given()).startsWith("no limit");
        assertThat(onlyError().expected()).startsWith("limit 5/1s, as at " + A);
    }

    @ParameterizedTest
    @CsvSource({
        "100/min, 100, true",
        "100/min, 101, false",
        "'100/min, 5/s', 6, false",
        "100/min burst 20, 20, true",
        "100/min burst 20, 21, false",
        "100/min, 0, false",
        "100/min, -1, false",
    })
    void costs(String limit, long cost, boolean good) {
        Written written =
                new Written(
                        "",
                        limit,
                        "",
                        cost,
                        "",
                        OnRefusal.THROW,
                        OnOutage.LOCAL,
                        CountWhen.ALWAYS,
                        "",
                        false);
        Optional<Policy> policy = new Use(A, written).declare(book(), problems);
        assertThat(policy.isPresent()).isEqualTo(good);
        if (!good) {
            assertThat(onlyError().code()).isEqualTo(ProblemCode.COST);
        }
    }

    private List<Problem> largeWindows(String limit, String... settings) {
        PolicyRegistry book = book(settings);
        assertThat(Fixture.at(A, "p", limit).declare(book, problems)).isPresent();
        assertThat(problems.errors()).isEmpty();
        return problems.warnings().stream()
                .filter(p -> p.code() == ProblemCode.LARGE_WINDOW)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "1000/h, 1, 0",
        "1001/h, 1, 1",
        "1001/h burst 1001, 1, 0",
        "'1001/h, 5/s', 1, 1",
        "'1001/h, 5000/d, 10/s burst 5', 1, 2",
        "200000/min, 4000, 0",
        "2001/min, 2, 0",
        "2002/min, 2, 1",
        "1001/h, bean:weight, 1",
    })
    void largeWindowsWhateverCountsThem(String limit, String cost, int warned) {
        for (String engine : List.of("rratelimiter", "script")) {
            for (String redis : List.of("redis", "")) {
                assertThat(
                                largeWindows(
                                        limit,
                                        "weir.policy.p.cost",
                                        cost,
                                        "weir.redis.engine",
                                        engine,
                                        "REDIS_HOST",
                                        redis))
                        .as(engine + redis)
                        .hasSize(warned);
                problems = new Problems();
            }
        }
    }

    @Test
    void aLargeWindowIsSaidWithItsMemoryAndItsBucket() {
        assertThat(largeWindows("10000/day").get(0).text())
                .isEqualTo(
                        "WEIR-018 A large sliding window takes much memory: io.shop.A.get(long)\n"
                                + "      given limit 10000/day: up to 10000 calls of each client,"
                                + " about 1.4 MB in Redis and 16 KB in each JVM; expected at most"
                                + " 1000 calls in a window, or a token bucket, which takes as little"
                                + " at any size: \"10000/day burst 10000\" admits as many in the long"
                                + " run and 10000 at once, but up to 20000 in the first window; a"
                                + " smaller burst, fewer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10000/day | rratelimiter | always | 1 | about 1.4 MB in Redis",
                "10000/day | script | always | 1 | about 200 KB in Redis",
                "10000/day, 10/s | rratelimiter | always | 1 | about 200 KB in Redis",
                "10000/day | rratelimiter | failure | 1 | about 200 KB in Redis",
                "10000/day | rratelimiter | always | 5 | with a cost of 5: up to 2000 calls of each"
                        + " client, about 280 KB in Redis",
                "2147483647/min | rratelimiter | always | 1 | about 300.6 GB in Redis",
            })
    void aLargeWindowIsMeasuredAsItIsCounted(
            String limit, String engine, String countWhen, String cost, String given) {
        assertThat(
                        largeWindows(
                                        limit,
                                        "weir.policy.p.engine",
                                        engine,
                                        "weir.policy.p.count-when",
                                        countWhen,
                                        "weir.policy.p.cost",
                                        cost)
                                .get(0)
                                .given())
                .contains(given);
    }

    @ParameterizedTest
    @CsvSource({
        "10000/day, 10000/day burst 10000",
        "200000/min, 200000/min burst 200000",
        "5000000/day, 5000000/day burst 5000000",
        "4999999/day, 4999999/day burst 4999999",
        "1001/h, 1001/h burst 1001",
        "1001/90min, 1001/90min burst 1001",
        "1001/1500ms, 1001/1500ms burst 1001",
        "1001/500s, 1001/500s burst 1001",
        "2147483647/7d, 2147483647/7d burst 14892855", // as much as can be counted
    })
    void theBucketToWriteInstead(String limit, String bucket) {
        assertThat(largeWindows(limit).get(0).expected()).contains('"' + bucket + '"');
    }

    /** What is suggested is good as it stands, in the place of the window. */
    @Property(tries = 500)
    void theBucketToWriteInsteadCanBeWritten(
            @ForAll @LongRange(min = 1_001, max = Integer.MAX_VALUE) long permits,
            @ForAll @LongRange(min = 1, max = 366L * 86_400_000) long millis,
            @ForAll @LongRange(min = 1, max = Integer.MAX_VALUE / 1_000) long cost) {
        Policy policy =
                Policies.named("p")
                        .limits(new Limit.SlidingWindow(permits, Duration.ofMillis(millis)))
                        .cost(cost)
                        .policy();
        Problems found = new Problems();
        LargeWindow.report(policy, A, found);
        assertThat(found.warnings()).hasSize(permits / cost > 1_000 ? 1 : 0);
        Matcher suggested = Pattern.compile("\"(.+)\"").matcher(found.report());
        if (suggested.find()) {
            String text = suggested.group(1);
            List<Limit> limits = Fixture.read(LimitText::parse, text);
            assertThat(limits).hasSize(1);
            assertThat(limits.get(0)).isInstanceOf(Limit.TokenBucket.class);
            assertThat(limits.get(0).permits()).isEqualTo(permits);
            assertThat(limits.get(0).window()).isEqualTo(Duration.ofMillis(millis));
            assertThat(limits.get(0).capacity()).isGreaterThanOrEqualTo(cost);
        }
    }

    /**
     * A second bucket for one window is refused, and so is one that holds less than a call costs.
     */
    @Test
    void noBucketIsSuggestedThatWouldBeRefused() {
        assertThat(largeWindows("5000/h, 100/h burst 9").get(0).expected())
                .isEqualTo(ProblemCode.LARGE_WINDOW.expected());
        assertThat(largeWindows("2147483647/366d", "weir.policy.p.cost", "2000000"))
                .extracting(Problem::expected)
                .contains(ProblemCode.LARGE_WINDOW.expected());
    }

    @Test
    void aHeaderIsNotVerified() {
        PolicyRegistry book = book("weir.policy.orders.key", "header:X-Api-Key");
        assertThat(Fixture.at(A, "orders", "1/s").declare(book, problems)).isPresent();
        assertThat(Fixture.at(B, "orders", "1/s").declare(book, problems)).isPresent();
        book.complete(Set.of(), problems);
        assertThat(onlyWarning().code()).isEqualTo(ProblemCode.UNVERIFIED_HEADER);
    }

    @ParameterizedTest
    @CsvSource({
        "io.shop.A.a() #2, client,            false",
        "io.shop.A.a() #2, principal,         true", // its client is only for the anonymous
        "io.shop.A.a() #2, header:X-User,     true",
        "io.shop.A.b(),    client,            true",
    })
    void aHeaderBesideTheClient(String where, String key, boolean warned) {
        PolicyRegistry book =
                book("weir.policy.keyed.key", "header:X-Api-Key", "weir.policy.other.key", key);
        assertThat(Fixture.at("io.shop.A.a()", "keyed", "1/s").declare(book, problems)).isPresent();
        assertThat(Fixture.at(where, "other", "9/s").declare(book, problems)).isPresent();
        book.complete(Set.of(), problems);
        assertThat(problems.warnings().stream().anyMatch(p -> p.where().equals("io.shop.A.a()")))
                .isEqualTo(warned);
    }

    @ParameterizedTest
    @CsvSource({"/api/*, false", "/other/*, true"})
    void aHeaderOfAPathBesideTheClient(String path, boolean warned) {
        PolicyRegistry book =
                book(
                        "weir.policies", "keyed,other",
                        "weir.policy.keyed.limit", "1/s",
                        "weir.policy.keyed.key", "header:X-Api-Key",
                        "weir.policy.keyed.path", "/api/*",
                        "weir.policy.other.limit", "9/s",
                        "weir.policy.other.path", path);
        assertThat(configuredAlone(book)).hasSize(2);
        book.complete(Set.of(), problems);
        assertThat(
                        problems.warnings().stream()
                                .anyMatch(p -> p.code() == ProblemCode.UNVERIFIED_HEADER))
                .isEqualTo(warned);
    }

    @Test
    void configuredAlone() {
        PolicyRegistry book =
                book(
                        ConfigSource.ranked(
                                Fixture.environment(
                                        "WEIR_POLICIES", "logins,uploads",
                                        "WEIR_POLICY_LOGINS_LIMIT", "5/min",
                                        "WEIR_POLICY_UPLOADS_LIMIT", "6/min",
                                        "WEIR_POLICY_UPLOADS_PATH", "/uploads/*"),
                                Fixture.file(
                                        "weir.policy.search.path", "/search/{id}",
                                        "weir.policy.search.limit", "60/min burst 10",
                                        "weir.policy.search.key", "client+path:id",
                                        "weir.policy.borne.limit", "1/s")));
        Policy borne = good(book, Fixture.at(A, "borne", ""));
        List<Policy> added = configured(book);
        assertThat(problems.report()).isEmpty();
        assertThat(added).extracting(Policy::name).containsExactly("logins", "uploads", "search");
        assertThat(added)
                .extracting(Policy::wireName)
                .containsExactly("logins", "uploads", "search");
        assertThat(book.all()).hasSize(4).contains(borne).containsAll(added);
        assertThat(book.routes((p, rules) -> tuple(p.get().name(), rules)))
                .containsExactly(
                        tuple("uploads", new RouteSettings("/uploads/*")),
                        tuple("search", new RouteSettings("/search/{id}")));
        assertThat(book.describe("logins"))
                .contains("limit from weir.policy.logins.limit (environment variable WEIR_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void aNameNobodyBears(String strict) {
        PolicyRegistry book =
                book("weir.config.strict", strict, "weir.policy.view_cuont.limit", "1/60s");
        Fixture.at(A, "view_count", "1/60s").declare(book, problems);
        assertThat(configured(book)).extracting(Policy::name).containsExactly("view_cuont");
        Problem problem = strict.equals("true") ? onlyError() : onlyWarning();
        assertThat(problem.code()).isEqualTo(ProblemCode.UNUSED_POLICY);
        assertThat(problem.where())
                .isEqualTo("weir.policy.view_cuont.limit (META-INF/weir.properties)");
        assertThat(problem.hint()).hasValue("Did you mean \"view_count\"?");
    }

    @Test
    void aVariableNobodyBears() {
        PolicyRegistry book =
                book(Fixture.environment("WEIR_POLICY_VIEW_CUONT_ON_OUTAGE", "fail-open"));
        Fixture.at(A, "view_count", "1/60s").declare(book, problems);
        assertThat(configured(book)).isEmpty();
        assertThat(onlyWarning().code()).isEqualTo(ProblemCode.UNUSED_POLICY);
        assertThat(onlyWarning().where()).contains("WEIR_POLICY_VIEW_CUONT_ON_OUTAGE");
        assertThat(onlyWarning().hint()).hasValue("Did you mean \"view_count\"?");
    }

    @Test
    void aVariableThatIsNoAttribute() {
        configured(book(Fixture.environment("WEIR_POLICY_VIEW_COUNT_LIMITS", "x")));
        assertThat(onlyWarning().code()).isEqualTo(ProblemCode.UNKNOWN_SETTING);
    }

    @Test
    void aGuessedNameOfMicroProfileConfigIsNoPolicy() {
        Map<String, String> values =
                Map.of(
                        "WEIR_POLICY_VIEW_COUNT_LIMIT", "1/60s",
                        "weir.policy.view_count.limit", "1/60s",
                        "weir.policy.view.count.limit", "1/60s");
        PolicyRegistry book =
                book(
                        ConfigSource.of(
                                "MicroProfile Config",
                                values::get,
                                () ->
                                        Set.of(
                                                "WEIR_POLICY_VIEW_COUNT_LIMIT",
                                                "weir.policy.view.count.limit")));
        good(book, Fixture.at(A, "view_count", ""));
        assertThat(configured(book)).isEmpty();
        assertThat(problems.report()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void declaredWithoutALimit(boolean listed) {
        configured(
                book(
                        listed ? "weir.policies" : "weir.policy.search.path",
                        listed ? "search" : "/search"));
        assertThat(onlyError().code()).isEqualTo(ProblemCode.NO_LIMIT);
        assertThat(onlyError().where()).contains(listed ? "weir.policies" : ".path");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoNamesOneVariable(boolean set) {
        PolicyRegistry book =
                book(
                        set
                                ? Fixture.environment("WEIR_POLICY_VIEW_COUNT_MODE", "off")
                                : Fixture.file());
        Fixture.at(A, "view_count", "1/60s").declare(book, problems);
        Fixture.at(B, "view-count", "1/60s").declare(book, problems);
        configured(book);
        Problem problem = set ? onlyError() : onlyWarning();
        assertThat(problem.code()).isEqualTo(ProblemCode.ENVIRONMENT_NAME);
        assertThat(problem.severity()).isEqualTo(set ? Severity.ERROR : Severity.WARNING);
        assertThat(problem.given()).contains("\"view_count\", \"view-count\"");
    }

    @ParameterizedTest
    @CsvSource({
        "path, search",
        "path, /a b",
        "path, /a?b",
        "path, /*.jsp",
        "path, /*/a",
        "path, /a//b",
        "path, /a/../b",
        "path, /a%2",
        "path, /100%",
        "path, '/{a}/{a}'",
        "path, '/{a'",
        "path, '/x{a}'",
        "path, /a*",
        "methods, 'GET,,POST'",
        "methods, 'GET POST'",
        "methods, GETT",
        "methods, purgen",
        "mode, maybe",
        "on-outage, remote",
        "engine, lua",
        "cost, 0",
        "cost, x",
    })
    void badAttributes(String attribute, String value) {
        PolicyRegistry book =
                attribute.equals("path")
                        ? book("weir.policy.orders.path", value)
                        : book(
                                "weir.policy.orders." + attribute,
                                value,
                                "weir.policy.orders.path",
                                "/orders");
        Fixture.at(A, "orders", "1/s").declare(book, problems);
        configured(book);
        assertThat(onlyError().code()).isEqualTo(ProblemCode.SETTING_VALUE);
        assertThat(onlyError().where()).contains("weir.policy.orders." + attribute);
        assertThat(onlyError().given()).isEqualTo('"' + value + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/*",
                "/search",
                "/api/*",
                "/products/{id}",
                "/a/{b}/c/{d}/*",
                "/a/",
                "/caf%C3%A9",
                "/café"
            })
    void goodPaths(String path) {
        PolicyRegistry book = book("weir.policy.x.path", path, "weir.policy.x.limit", "1/s");
        configured(book);
        assertThat(problems.report()).isEmpty();
        assertThat(book.routes((p, rules) -> rules.path())).containsExactly(path);
    }

    @Test
    void whatIsWrongWithAnEscapeIsSaid() {
        PolicyRegistry book = book("weir.policy.orders.path", "/search/%zz");
        Fixture.at(A, "orders", "1/s").declare(book, problems);
        configured(book);
        assertThat(problems.report()).contains("two hexadecimal digits behind each %");
    }

    @Test
    void methodsNeedAPath() {
        configured(
                book(
                        "weir.policies",
                        "x",
                        "weir.policy.x.limit",
                        "1/s",
                        "weir.policy.x.methods",
                        "GET"));
        assertThat(onlyError().expected()).contains("weir.policy.x.path");
    }

    @Test
    void aPathParameterMustBeThere() {
        configured(
                book(
                        "weir.policy.x.limit", "1/s",
                        "weir.policy.x.path", "/search",
                        "weir.policy.x.key", "client+path:id"));
        assertThat(onlyError().code()).isEqualTo(ProblemCode.KEY_WITHOUT_REQUEST);
    }

    @Test
    void aPathParameterMaySufferASlipOfThePen() {
        configured(
                book(
                        "weir.policy.x.limit", "1/s",
                        "weir.policy.x.path", "/products/{productId}",
                        "weir.policy.x.key", "path:productid"));
        assertThat(onlyError().hint()).contains("Did you mean \"productId\"?");
    }

    @Test
    void aMethodThatDoesNotExistWouldNeverMatch() {
        configured(
                book(
                        "weir.policy.x.limit", "1/s",
                        "weir.policy.x.path", "/x",
                        "weir.policy.x.methods", "POST, GETT"));
        assertThat(onlyError().given()).isEqualTo("\"GETT\"");
        assertThat(onlyError().hint()).contains("Did you mean \"GET\"?");
    }

    @Test
    void methodsOfOtherStandardsAndOfNone() {
        PolicyRegistry book =
                book(
                        "weir.policy.x.limit", "1/s",
                        "weir.policy.x.path", "/x",
                        "weir.policy.x.methods", "PROPFIND, purge, REINDEX");
        configured(book);
        assertThat(onlyWarning().given()).contains("\"REINDEX\"");
        assertThat(book.routes((p, rules) -> rules.methods()))
                .containsExactly(Set.of("PROPFIND", "PURGE", "REINDEX"));
    }

    @Test
    void aPolicyIsDescribedWithItsResourceIds() {
        PolicyRegistry book = book("weir.policy.all.limit", "5/s", "weir.policy.all.key", "global");
        good(book, Fixture.at(A, "views", "1/s"));
        good(book, Fixture.at(A, "all", "1/s"));
        book.hasIds("views", "productId");
        book.hasIds("views", "id+page");
        book.hasIds("all", "productId");
        book.hasIds("all", "");
        assertThat(book.describe("views"))
                .contains(", per client and @ResourceId productId or id+page; limit from");
        assertThat(book.describe("all"))
                .contains(", all callers together, per @ResourceId productId; limit from");
    }

    @Test
    void aNameMayContainDotsAndAttributes() {
        PolicyRegistry book = book("weir.policies", "a.limit", "weir.policy.a.limit.limit", "1/s");
        assertThat(configured(book)).extracting(Policy::name).containsExactly("a.limit");
        assertThat(problems.report()).isEmpty();
    }

    @Test
    void aConfiguredNameIsPrintable() {
        configured(book("weir.policy.für alle.limit", "1/s"));
        assertThat(onlyError().code()).isEqualTo(ProblemCode.POLICY_NAME);
    }

    @Test
    void anAnnotationIsRead() throws NoSuchMethodException {
        RateLimited annotation =
                Annotated.class.getDeclaredMethod("call").getAnnotation(RateLimited.class);
        assertThat(good(book(), new Use(A, annotation)))
                .isEqualTo(
                        Policies.named("n")
                                .key(new KeySource(Kind.GLOBAL, ""))
                                .limits(new Limit.SlidingWindow(1, Duration.ofSeconds(1)))
                                .cost(1)
                                .costBean("weight")
                                .onRefusal(OnRefusal.SKIP)
                                .onOutage(OnOutage.FAIL_OPEN)
                                .countWhen(CountWhen.FAILURE)
                                .failures(new StatusCodes(List.of(new StatusCodes.Range(401, 401))))
                                .foldIds()
                                .policy());
    }

    private static final class Annotated {
        @RateLimited(
                value = "1/s",
                name = "n",
                key = "global",
                costBean = "weight",
                countWhen = CountWhen.FAILURE,
                failureStatus = "401",
                foldIds = true,
                onRefusal = OnRefusal.SKIP,
                onOutage = OnOutage.FAIL_OPEN)
        void call() {}
    }

    private List<Policy> configured(PolicyRegistry book) {
        List<Policy> added = configuredAlone(book);
        book.complete(Set.of(), problems);
        return added;
    }

    private List<Policy> configuredAlone(PolicyRegistry book) {
        List<Policy> before = book.all();
        book.configured(problems);
        return book.all().stream().filter(policy -> !before.contains(policy)).toList();
    }
}
