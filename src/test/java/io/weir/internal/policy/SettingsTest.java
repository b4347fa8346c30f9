package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Mode;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.answer.AnswerSettings.Form;
import io.weir.internal.answer.AnswerSettings.When;
import io.weir.internal.policy.Problem.Severity;
import io.weir.internal.policy.Settings.AnswerKind;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private final Problems problems = new Problems();

    private Settings good(String... namesAndValues) {
        Settings settings = Settings.read(Fixture.file(namesAndValues), problems);
        assertThat(problems.report()).isEmpty();
        return settings;
    }

    private Problem bad(ConfigSource source) {
        Settings.read(source, problems);
        assertThat(problems.report()).contains(" 1 error, 0 warnings");
        return problems.errors().get(0);
    }

    private Problem warned(ConfigSource source) {
        Settings.read(source, problems);
        assertThat(problems.report()).contains(" 0 errors, 1 warning ");
        return problems.warnings().get(0);
    }

    @Test
    void defaults() {
        Settings settings = good();
        assertThat(settings.enabled()).isTrue();
        assertThat(settings.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(settings.application()).isEmpty();
        assertThat(settings.strict()).isFalse();
        assertThat(settings.answers()).isEqualTo(new AnswerSettings(When.REFUSED, Form.DRAFT_11));
        assertThat(settings.answer()).isEqualTo(AnswerKind.PROBLEM);
        assertThat(settings.client().trustedProxies()).isEmpty();
        assertThat(settings.client().warnUntrusted()).isTrue();
        assertThat(settings.client().trustedHops()).isZero();
        assertThat(settings.client().addressHeader()).isEqualTo("X-Forwarded-For");
        assertThat(settings.client().ipv6Prefix()).isEqualTo(64);
        assertThat(settings.localMaxKeys()).isEqualTo(250_000);
        assertThat(settings.redis()).isEmpty();
        assertThat(settings.policies()).isEmpty();
    }

    @Test
    void everySetting() {
        Settings settings =
                good(
                        "weir.enabled", "FALSE",
                        "weir.mode", "Observe",
                        "weir.application", "shop (blue)",
                        "weir.config.strict", "true",
                        "weir.fields", "always",
                        "weir.fields.form", "DRAFT_11",
                        "weir.answer", "error_page",
                        "weir.client.trusted-hops", "2",
                        "weir.client.address-header", "CF-Connecting-IP",
                        "weir.client.ipv6-prefix", "56",
                        "weir.local.max-keys", "10000000",
                        "weir.redis.deadline", "PT0.5S",
                        "weir.redis.engine", "script",
                        "weir.policies", "logins, view_count");
        assertThat(settings.enabled()).isFalse();
        assertThat(settings.mode()).isEqualTo(Mode.OBSERVE);
        assertThat(settings.application()).hasValue("shop (blue)");
        assertThat(settings.strict()).isTrue();
        assertThat(settings.answers()).isEqualTo(new AnswerSettings(When.ALWAYS, Form.DRAFT_11));
        assertThat(settings.answer()).isEqualTo(AnswerKind.ERROR_PAGE);
        assertThat(settings.client().trustedHops()).isEqualTo(2);
        assertThat(settings.client().addressHeader()).isEqualTo("CF-Connecting-IP");
        assertThat(settings.client().ipv6Prefix()).isEqualTo(56);
        assertThat(settings.localMaxKeys()).isEqualTo(10_000_000);
        assertThat(settings.policies()).containsExactly("logins", "view_count");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "weir.enabled | yes | true or false |",
                "weir.mode | enforced | enforce, or observe, or off | enforce",
                "weir.mode | on | enforce, or observe, or off |",
                "weir.application | schöner laden | printable ASCII |",
                "weir.config.strict | 1 | true or false |",
                "weir.fields | never | refused, or always, or none |",
                "weir.fields | alwasy | refused, or always, or none | always",
                "weir.fields.form | draft-12 | draft-11, or legacy | draft-11",
                "weir.answer | html | problem, or error-page |",
                "weir.client.trusted-hops | -1 | a number from 0 to 32 |",
                "weir.client.trusted-hops | 33 | a number from 0 to 32 |",
                "weir.client.address-header | X Forwarded | such as X-Forwarded-For |",
                "weir.client.address-header | A, B | such as X-Forwarded-For |",
                "weir.client.ipv6-prefix | 31 | a number from 32 to 128 |",
                "weir.client.ipv6-prefix | 129 | a number from 32 to 128 |",
                "weir.local.max-keys | 0 | a number from 1 to 10000000 |",
                "weir.local.max-keys | 10000001 | a number from 1 to 10000000 |",
                "weir.local.max-keys | 250_000 | a number from 1 to 10000000 |",
                "weir.local.max-keys | 99999999999 | a number from 1 to 10000000 |",
                "weir.redis.deadline | 50 | 1ms to 10s |",
                "weir.redis.deadline | 0ms | 1ms to 10s |",
                "weir.redis.deadline | PT0.0009S | 1ms to 10s |",
                "weir.redis.deadline | 11s | 1ms to 10s |",
                "weir.redis.engine | lua | rratelimiter, or script |",
            })
    void saysWhichValuesThereAre(String name, String value, String expected, String meant) {
        Problem problem = bad(Fixture.file(name, value));
        assertThat(problem.code()).isEqualTo(ProblemCode.SETTING_VALUE);
        assertThat(problem.where()).isEqualTo(name + " (META-INF/weir.properties)");
        assertThat(problem.given()).isEqualTo('"' + value + '"');
        assertThat(problem.expected()).contains(expected);
        assertThat(problem.hint().orElse(null))
                .isEqualTo(meant == null ? null : "Did you mean \"" + meant + "\"?");
    }

    @Test
    void trustedProxies() {
        assertThat(
                        good("weir.client.trusted-proxies", " 10.0.0.0/8 ,192.0.2.1")
                                .client()
                                .trustedProxies())
                .hasSize(2);
        Settings none = good("weir.client.trusted-proxies", "None");
        assertThat(none.client().trustedProxies()).isEmpty();
        assertThat(none.client().warnUntrusted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1,,10.0.0.2", "10.0.0.1,", ","})
    void aBlankProxyIsRefused(String value) {
        Settings.read(Fixture.file("weir.client.trusted-proxies", value), problems);
        assertThat(problems.errors())
                .isNotEmpty()
                .allMatch(p -> p.code() == ProblemCode.TRUSTED_PROXY)
                .anyMatch(p -> p.given().contains("a blank entry"));
    }

    @Test
    void noneStandsAlone() {
        Problem problem = bad(Fixture.file("weir.client.trusted-proxies", "10.0.0.1, none"));
        assertThat(problem.hint()).hasValue("The word none stands alone");
    }

    @Test
    void everyRangeIsReadByCidr() {
        Settings.read(
                Fixture.file(
                        "weir.client.trusted-proxies",
                        "10.0.0.0/33, proxy.example.org, ::ffff:0:0/95, 192.0.2.1, 127.1, [::1]"),
                problems);
        assertThat(problems.errors())
                .extracting(Problem::given)
                .containsExactly(
                        "\"10.0.0.0/33\"",
                        "\"proxy.example.org\"",
                        "\"::ffff:0:0/95\"",
                        "\"127.1\"",
                        "\"[::1]\"");
        assertThat(problems.errors())
                .allMatch(p -> p.code() == ProblemCode.TRUSTED_PROXY)
                .extracting(Problem::text)
                .allMatch(text -> text.split("expected").length == 2)
                .anyMatch(text -> text.contains("expected an IPv4 range with a prefix length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::/0", "10.1.2.3/0", "::ffff:0:0/96"})
    void everybodyInAnyForm(String range) {
        Problem problem = warned(Fixture.file("weir.client.trusted-proxies", range));
        assertThat(problem.code()).isEqualTo(ProblemCode.TRUST_EVERYBODY);
    }

    @Test
    void everybodyTrusted() {
        Problem problem = warned(Fixture.file("weir.client.trusted-proxies", "0.0.0.0/0"));
        assertThat(problem.code()).isEqualTo(ProblemCode.TRUST_EVERYBODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "none"})
    void proxiesAndHops(String proxies) {
        Problem problem =
                bad(
                        Fixture.file(
                                "weir.client.trusted-proxies",
                                proxies,
                                "weir.client.trusted-hops",
                                "1"));
        assertThat(problem.code()).isEqualTo(ProblemCode.TRUST_TWICE);
        assertThat(problem.given()).contains("weir.client.trusted-proxies");
    }

    @Test
    void noHopsAreNoSecondWay() {
        good("weir.client.trusted-proxies", "10.0.0.0/8", "weir.client.trusted-hops", "0");
    }

    @Test
    void policyNames() {
        Problem problem = bad(Fixture.file("weir.policies", "a,,b"));
        assertThat(problem.code()).isEqualTo(ProblemCode.POLICY_NAME);
    }

    @ParameterizedTest
    @CsvSource({
        "weir.mod, weir.mode",
        "weir.trusted-proxies, weir.client.trusted-proxies",
        "weir.client.trusted-proxys, weir.client.trusted-proxies",
        "weir.policy.search.limits, weir.policy.search.limit",
        "weir.policy.limit,",
        "weir.policy..limit,",
        "weir.something.else,",
        "WEIR_CLIENT_TRUSTED_PROXYS, WEIR_CLIENT_TRUSTED_PROXIES",
        "WEIR_SOMETHING_ELSE,",
    })
    void unknownSettings(String name, String meant) {
        Problem problem = warned(Fixture.environment(name, "x"));
        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_SETTING);
        assertThat(problem.where()).contains("environment variable " + name);
        assertThat(problem.hint().orElse(null))
                .isEqualTo(meant == null ? null : "Did you mean \"" + meant + "\"?");
        Problems strict = new Problems();
        Settings.read(Fixture.environment(name, "x", "WEIR_CONFIG_STRICT", "true"), strict);
        assertThat(strict.errors()).extracting(Problem::severity).containsExactly(Severity.ERROR);
    }

    @Test
    void knownAndForeignNamesAreNoProblem() {
        Settings.read(
                ConfigSource.ranked(
                        Fixture.environment(
                                "WEIR_MODE", "off",
                                "weir_answer", "problem",
                                "WEIR_SERVICE_HOST", "10.0.0.1",
                                "WEIR_SERVICE_PORT_HTTP", "80",
                                "WEIR_DEMO_PORT_80_TCP_ADDR", "10.0.0.1",
                                "WEIR_PORT", "tcp://10.0.0.1:80",
                                "PATH", "/bin"),
                        Fixture.file("weir.policy.search.limit", "1/s", "weirdo", "x")),
                problems);
        assertThat(problems.report()).isEmpty();
    }

    @Test
    void aGuessedNameOfMicroProfileConfigIsNotReported() {
        Set<String> names =
                new TreeSet<>(Set.of("WEIR_CLIENT_IPV6_PREFIX", "weir.client.ipv6.prefix"));
        Settings.read(ConfigSource.of("MicroProfile Config", n -> null, () -> names), problems);
        assertThat(problems.report()).isEmpty();
        Settings.read(Fixture.file("weir.client.ipv6.prefix", "64"), problems);
        assertThat(problems.warnings()).hasSize(1);
    }

    @Test
    void everythingAtOnce() {
        Settings.read(
                ConfigSource.ranked(
                        Fixture.environment("REDIS_PORT", "abc", "REDIS_HOST", "redis"),
                        Fixture.file(
                                "weir.mode", "x",
                                "weir.local.max-keys", "x",
                                "weir.modes", "x",
                                "weir.client.trusted-proxies", "none",
                                "weir.client.trusted-hops", "1")),
                problems);
        assertThat(problems.errors())
                .extracting(Problem::code)
                .containsExactlyInAnyOrder(
                        ProblemCode.SETTING_VALUE,
                        ProblemCode.SETTING_VALUE,
                        ProblemCode.REDIS_ADDRESS,
                        ProblemCode.TRUST_TWICE);
        assertThat(problems.warnings())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.UNKNOWN_SETTING);
    }
}
