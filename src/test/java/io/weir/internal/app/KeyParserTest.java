package io.weir.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Key;
import io.weir.KeySource;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that an operator copies is the key that was meant. */
class KeyParserTest {

    @Property(tries = 500)
    void everyKeyIsReadAsItWasWritten(
            @ForAll @Size(min = 1, max = 2) List<@StringLength(max = 8) String> callers,
            @ForAll @Size(max = 2) List<@StringLength(max = 8) String> ids,
            @ForAll KeySource.Kind kind,
            @ForAll boolean withNull) {
        List<Key.Part> parts = callers.stream().map(c -> new Key.Part(kind, c)).toList();
        List<@Nullable Object> all = new ArrayList<>(ids);
        if (withNull) {
            all.add(null);
        }
        Key key = Key.of(parts, all);
        if (!key.text().startsWith("sha256=")) {
            assertThat(KeyParser.parse(key.text())).isEqualTo(key);
        }
    }

    @Test
    void itIsWhatOperatorsType() {
        assertThat(KeyParser.parse("203.0.113.7:42")).isEqualTo(Key.ofClient("203.0.113.7", "42"));
        assertThat(KeyParser.parse("principal=ada"))
                .isEqualTo(Key.of(KeySource.Kind.PRINCIPAL, "ada"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a%", "a%zz", "a%u12", "nothing=ada", "sha256=00", "a b", "{a}", "a%41"})
    void whatIsNoKeyIsSaid(String text) {
        assertThatThrownBy(() -> KeyParser.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected an address");
    }
}
