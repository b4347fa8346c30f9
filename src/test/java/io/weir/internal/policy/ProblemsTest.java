package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.policy.Problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    @Test
    void reportsErrorsFirstAndEachOnce() {
        Problems problems = new Problems();
        problems.add(ProblemCode.UNKNOWN_SETTING, "weir.mod", "x", "y", Optional.of("Hint"));
        problems.add(ProblemCode.POLICY_NAME, "A.b()", "\"a\nb\"", "a name", Optional.empty());
        problems.add(ProblemCode.POLICY_NAME, "A.b()", "\"a\nb\"", "a name", Optional.empty());
        assertThat(problems.report())
                .isEqualTo(
                        "Weir: 1 error, 1 warning (docs/problems.md explains each code)\n"
                                + "  ERROR WEIR-012 A policy's name cannot be used: A.b()\n"
                                + "      given \"a b\"; expected a name\n"
                                + "  WARNING WEIR-004 A setting does not exist: weir.mod\n"
                                + "      given x; expected y. Hint");
        assertThat(problems.errors()).extracting(Problem::severity).containsOnly(Severity.ERROR);
        assertThat(problems.warnings()).hasSize(1);
    }

    @Test
    void saysNothingWithoutProblems() {
        assertThat(new Problems().report()).isEmpty();
    }

    @Test
    void redissonIsNamedByItsCoordinates() {
        assertThat(ProblemCode.REDISSON_MISSING.expected())
                .contains("org.redisson:redisson:4.7.0")
                .contains("WEB-INF/lib");
    }

    @Test
    void everyCodeIsDocumentedAndNoOther() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        String page = Files.readString(Path.of("docs/problems.md"));
        for (String section : page.split("(?m)^## ")) {
            if (!section.startsWith("#")) {
                String[] parts = section.split("\n", 2);
                assertThat(sections.put(parts[0], parts[1])).as(parts[0]).isNull();
            }
        }
        List<ProblemCode> codes = List.of(ProblemCode.values());
        assertThat(sections.keySet())
                .containsExactlyElementsOf(codes.stream().map(ProblemsTest::id).toList());
        for (ProblemCode code : codes) {
            String section = sections.getOrDefault(id(code), "");
            assertThat(section)
                    .as(id(code))
                    .startsWith("**" + code.heading().substring(9))
                    .containsPattern("(?m)^Example: .")
                    .containsPattern("(?m)^Remedy: .");
            assertThat(section.contains("warning"))
                    .as(id(code) + " is a warning")
                    .isEqualTo(code.severity() == Severity.WARNING);
        }
    }

    private static String id(ProblemCode code) {
        return code.heading().split(" ", 2)[0];
    }

    @Test
    void codesAreDistinct() {
        assertThat(Arrays.stream(ProblemCode.values()).map(ProblemsTest::id))
                .doesNotHaveDuplicates()
                .allMatch(Pattern.compile("WEIR-\\d{3}").asMatchPredicate());
    }
}
