package io.weir.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operations.md explains every line that Weir writes to the log, and no other. */
class LogLinesTest {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String LITERAL = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern CALL =
            Pattern.compile(
                    "\\bLOG\\s*\\.log\\(\\s*(?:System\\.Logger\\.|Logger\\.)?(?:Level\\.)?(\\w+),\\s*"
                            + "("
                            + LITERAL
                            + "(?:\\s*\\+\\s*"
                            + LITERAL
                            + ")*|\\w+(?:\\.\\w+\\(\\))?)\\s*[,)]");

    /** What is not a text in the call itself. */
    private static final Map<String, String> OTHERS =
            Map.of(
                    "finding", "<finding>",
                    "line", "<policy>: <meaning>; the rest by default",
                    "warning", "WEIR-<number> <problem>: <where>");

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(LogLinesTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Set<String> all(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String joined(String literals) {
        return Pattern.compile(LITERAL)
                .matcher(literals)
                .results()
                .map(MatchResult::group)
                .map(literal -> literal.substring(1, literal.length() - 1))
                .collect(Collectors.joining());
    }

    private static String withoutNames(String line) {
        return line.replaceAll("\\{\\d}|<[^>]+>", "<>");
    }

    private static Set<String> column(String heading, int column) throws IOException {
        Set<String> texts = new TreeSet<>();
        for (List<String> row : Guide.rows(heading)) {
            String cell = row.get(column);
            assertThat(cell).startsWith("`").endsWith("`");
            assertThat(texts.add(cell.substring(1, cell.length() - 1))).as(cell).isTrue();
        }
        return texts;
    }

    @Test
    void everyLineIsExplainedAndNoOther() throws IOException {
        Set<String> written = new TreeSet<>();
        int calls = 0;
        for (String source : sources()) {
            calls += source.split("\\bLOG\\s*\\.log\\(", -1).length - 1;
            Matcher call = CALL.matcher(source);
            while (call.find()) {
                String what = call.group(2);
                String line =
                        what.startsWith("\"") ? joined(what) : OTHERS.getOrDefault(what, what);
                String level = call.group(1).equals("WARNING") ? "WARN" : call.group(1);
                written.add(level + " " + withoutNames(line));
                calls--;
            }
        }
        assertThat(calls).as("calls that this test cannot read").isZero();
        Set<String> explained = new TreeSet<>();
        for (List<String> row : Guide.rows("Lines of the log")) {
            assertThat(row).hasSize(4).noneMatch(String::isEmpty);
            explained.add(row.get(0) + " " + withoutNames(row.get(1).replace("`", "")));
        }
        assertThat(explained).isEqualTo(written);
    }

    @Test
    void nobodyLogsInAnotherWay() throws IOException {
        for (String source : sources()) {
            assertThat(
                            all(
                                    "(System\\.(?:out|err)|printStackTrace|getLogger\\(\"(?!io\\.weir(\\.refused)?\"))",
                                    source))
                    .isEmpty();
        }
    }

    @Test
    void everyFindingIsExplainedAndNoOther() throws IOException {
        String source = text(SOURCES.resolve("io/weir/internal/address/Finding.java"));
        Set<String> openings =
                all("[A-Z_]{3,}\\(\\s*\"([^\"]+)\"", source).stream()
                        .map(String::strip)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(openings).hasSizeGreaterThan(5);
        assertThat(column("Findings", 0)).isEqualTo(openings);
    }

    /** The words of Redis by which its states are told apart. */
    @Test
    void everyReasonIsExplainedAndNoOther() throws IOException {
        Path room = SOURCES.resolve("io/weir/internal/redis");
        String failure = text(room.resolve("Failure.java"));
        Set<String> words = all("\"([A-Z]{3,}) ?\"", failure);
        assertThat(words).contains("NOAUTH", "OOM");
        words.remove("WRONGTYPE"); // of a key, and mended
        Set<String> reasons = column("Reasons", 0);
        assertThat(reasons.stream().filter(reason -> reason.matches("[A-Z]{3,}")))
                .containsExactlyInAnyOrderElementsOf(words);
        String sources = String.join("\n", sources());
        for (String reason : reasons) {
            assertThat(sources).contains("\"" + reason);
        }
    }
}
