package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.RateLimited;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of attributes beside what it is the table of: the annotation, and the README. */
class AttributeTest {

    /** Members of the annotation that are no attribute of their own. */
    private static final List<String> WITHOUT_A_ROW = List.of("name", "costBean");

    private static final AttributeValues NOTHING =
            AttributeValues.configured(
                    "",
                    List.of(),
                    Settings.read(Fixture.file(), new Problems()),
                    new Problems(),
                    new Problems());

    private static List<String> codeNames() {
        return Attribute.all().stream()
                .filter(Attribute::isAnnotated)
                .map(row -> row.inCode(NOTHING).split(" ")[0])
                .toList();
    }

    @Test
    void everyMemberOfTheAnnotationHasARow() {
        assertThat(
                        Arrays.stream(RateLimited.class.getDeclaredMethods())
                                .map(Method::getName)
                                .map(name -> name.equals("value") ? "limit" : name)
                                .filter(name -> !WITHOUT_A_ROW.contains(name)))
                .containsExactlyInAnyOrderElementsOf(codeNames());
    }

    @Test
    void noRowIsThereTwice() {
        assertThat(Attribute.settings()).doesNotHaveDuplicates();
        assertThat(codeNames()).doesNotHaveDuplicates();
    }

    @Test
    void eachSettingForAllPoliciesIsReadWithTheOthers() {
        Set<String> asked = new HashSet<>();
        ConfigSource empty =
                ConfigSource.of(
                        "nothing",
                        name -> {
                            asked.add(name);
                            return null;
                        },
                        Set::of);
        Settings.read(empty, new Problems());
        for (Attribute<?> row : Attribute.all()) {
            Reader reader = new Reader(Fixture.file(), new Problems());
            row.forAll(reader);
            assertThat(asked).containsAll(reader.asked());
        }
    }

    @Test
    void theReadmeHasEverySettingOfAPolicyAndNoOther() throws IOException {
        List<String> documented = new ArrayList<>();
        for (String line : readme()) {
            Matcher name = Pattern.compile("\\.([a-z-]+)`").matcher(line.split("\\|")[1]);
            while (name.find()) {
                documented.add(name.group(1));
            }
        }
        assertThat(documented).containsExactlyInAnyOrderElementsOf(Attribute.settings());
    }

    @Test
    void theReadmeSaysWhatIsReadAgain() throws IOException {
        assertThat(readme())
                .anyMatch(
                        line ->
                                line.contains(
                                        "`weir.mode`, and each policy's `mode`, `limit` and"
                                                + " `candidate`, are read again every 10 s; so are exempt and"
                                                + " denied networks, and what is said of"
                                                + " plans"));
        assertThat(Attribute.thatChange())
                .containsExactlyInAnyOrder(
                        Attribute.MODE,
                        Attribute.LIMIT,
                        Attribute.CANDIDATE,
                        Attribute.EXEMPT_NETWORKS,
                        Attribute.DENY_NETWORKS);
    }

    private static List<String> readme() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| `weir.policy.NAME."))
                .toList();
    }
}
