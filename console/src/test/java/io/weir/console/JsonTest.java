package io.weir.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a browser and a script can read, whatever a text holds. */
class JsonTest {

    record One(String text, long number, boolean flag, List<Integer> list) {}

    @Test
    void recordsListsAndMaps() {
        assertThat(Json.of(Map.of("a", new One("x", 1, true, List.of(1, 2)))))
                .isEqualTo("{\"a\":{\"text\":\"x\",\"number\":1,\"flag\":true,\"list\":[1,2]}}");
        assertThat(Json.of(List.of())).isEqualTo("[]");
        assertThat(Json.of(new Json.Raw("{}"))).isEqualTo("{}");
    }

    @Test
    void whatEndsAScriptOrATextIsEscaped() {
        assertThat(Json.of("a\"b\\c\nd\u0001</script>\u2028"))
                .isEqualTo("\"a\\\"b\\\\c\\nd\\u0001\\u003c/script>\\u2028\"");
    }
}
