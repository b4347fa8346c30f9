package io.weir.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.policy.Problems;
import io.weir.internal.policy.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** MicroProfile Config is one source made of several: a message names the one that is wrong. */
class MicroProfileSourceTest {

    /** What a server's implementation does, for texts. */
    private record Texts(Map<String, String> texts) implements Config {

        @Override
        public <T> T getValue(String name, Class<T> type) {
            return getOptionalValue(name, type).orElseThrow();
        }

        @Override
        public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
            return Optional.ofNullable(texts.get(name)).map(type::cast);
        }

        @Override
        public ConfigValue getConfigValue(String name) {
            return new Value(name, texts.getOrDefault(name, ""));
        }

        @Override
        public Iterable<String> getPropertyNames() {
            return texts.keySet();
        }

        @Override
        public Iterable<ConfigSource> getConfigSources() {
            return List.of();
        }

        @Override
        public <T> Optional<Converter<T>> getConverter(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new IllegalArgumentException(type.getName());
        }
    }

    private record Value(String getName, String getValue) implements ConfigValue {

        @Override
        public String getRawValue() {
            return getValue;
        }

        @Override
        public @Nullable String getSourceName() {
            return getName.equals("weir.mode") ? "EnvConfigSource" : null;
        }

        @Override
        public int getSourceOrdinal() {
            return 300;
        }
    }

    @Test
    void theSourceIsNamed() {
        Problems problems = new Problems();
        Settings.read(
                MicroProfileSource.of(
                        new Texts(Map.of("weir.mode", "enforced", "weir.fields", "sometimes"))),
                problems);
        assertThat(problems.report())
                .contains("weir.mode (MicroProfile Config, EnvConfigSource)")
                .contains("weir.fields (MicroProfile Config)");
    }
}
