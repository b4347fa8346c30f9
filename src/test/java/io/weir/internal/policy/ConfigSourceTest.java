package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigSourceTest {

    @ParameterizedTest
    @CsvSource({
        "weir.client.trusted-proxies, weir.client.trusted-proxies",
        "weir.client.trusted-proxies, weir_client_trusted_proxies",
        "weir.client.trusted-proxies, WEIR_CLIENT_TRUSTED_PROXIES",
        "weir.policy.view_count.on-outage, WEIR_POLICY_VIEW_COUNT_ON_OUTAGE",
        "weir.policy.a b.limit, WEIR_POLICY_A_B_LIMIT",
        "REDIS_HOST, REDIS_HOST",
    })
    void mapsNamesToVariables(String name, String variable) {
        assertThat(Fixture.environment(variable, " x ").value(name))
                .hasValueSatisfying(
                        given -> {
                            assertThat(given.value()).isEqualTo("x");
                            assertThat(given.where()).contains("environment variable " + variable);
                        });
    }

    @Test
    void prefersTheExactVariable() {
        ConfigSource source =
                Fixture.environment("WEIR_MODE", "3", "weir_mode", "2", "weir.mode", "1");
        assertThat(source.value("weir.mode").map(ConfigValue::value)).hasValue("1");
    }

    @Test
    void doesNotMapVariablesBack() {
        assertThat(Fixture.environment("WEIR_MODE", "x").value("weir_MODE")).isPresent();
        assertThat(Fixture.environment("redis_host", "x").value("REDIS_HOST")).isEmpty();
    }

    @Test
    void anEarlierSourceWinsAndIsNamed() {
        Properties system = new Properties();
        ConfigSource source =
                ConfigSource.ranked(
                        ConfigSource.ofProperties("system property", system),
                        Fixture.environment("WEIR_MODE", "env"),
                        Fixture.file("weir.mode", "file"));
        assertThat(source.value("weir.mode"))
                .hasValue(new ConfigValue<>("env", "weir.mode (environment variable WEIR_MODE)"));
        system.setProperty("weir.mode", "system");
        assertThat(source.value("weir.mode"))
                .hasValue(new ConfigValue<>("system", "weir.mode (system property)"));
        assertThat(source.names()).containsExactly("weir.mode", "WEIR_MODE");
    }

    @Test
    void aFunctionWillDo() {
        ConfigSource source =
                ConfigSource.ranked(
                        ConfigSource.of(
                                "MicroProfile Config",
                                Map.of("weir.mode", "observe")::get,
                                () -> Set.of("weir.mode")),
                        Fixture.file("weir.mode", "off", "weir.answer", "problem"));
        assertThat(source.value("weir.mode"))
                .hasValue(new ConfigValue<>("observe", "weir.mode (MicroProfile Config)"));
        assertThat(source.value("weir.answer").map(ConfigValue::where))
                .hasValue("weir.answer (META-INF/weir.properties)");
    }

    @Test
    void blankIsAsGoodAsNone() {
        ConfigSource source =
                ConfigSource.ranked(
                        Fixture.environment("WEIR_MODE", "  "), Fixture.file("weir.mode", "off"));
        assertThat(source.value("weir.mode").map(ConfigValue::value)).hasValue("off");
        assertThat(Fixture.file("weir.mode", "").value("weir.mode")).isEmpty();
    }

    @Test
    void aVariableIsNamedOnce() {
        assertThat(
                        Fixture.environment("REDIS_PORT", "1")
                                .value("REDIS_PORT")
                                .map(ConfigValue::where))
                .hasValue("environment variable REDIS_PORT");
    }
}
