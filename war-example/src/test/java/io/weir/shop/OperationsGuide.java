package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of docs/operations.md that a server with the console can follow, in order. */
final class OperationsGuide {

    private static final Path FILE = Path.of("..", "docs", "operations.md");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /** A block, and the one behind it if that is what is printed. */
    record Block(String kind, String heading, List<String> lines, List<String> printed) {

        /** Whether that is what is printed: of JMX some lines, else all of it. */
        boolean printed(String said) {
            String all = Pattern.quote(String.join("\n", printed)).replace("<text>", "\\E.*\\Q");
            return kind.equals("jmx")
                    ? said.lines().toList().containsAll(printed)
                    : said.matches(all);
        }
    }

    private OperationsGuide() {}

    static List<Block> blocks(String kind) throws IOException {
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        List<String> guide = Files.readAllLines(FILE);
        for (int i = 0; i < guide.size(); i++) {
            String line = guide.get(i);
            if (line.startsWith("#")) {
                heading = line.replaceFirst("#+ ", "");
            } else if (line.equals("```" + kind)) {
                List<String> lines = until(guide, i + 1);
                int next = i + lines.size() + 3;
                boolean printed = next < guide.size() && guide.get(next).equals("```text");
                blocks.add(
                        new Block(
                                kind,
                                heading,
                                lines,
                                printed ? until(guide, next + 1) : List.of()));
            }
        }
        return blocks;
    }

    private static List<String> until(List<String> guide, int from) {
        return guide.stream().skip(from).takeWhile(Predicate.not("```"::equals)).toList();
    }

    /** Runs the lines of a block as curl would, and says what the last one prints. */
    static String said(Block block, ConsoleClient operator) throws Exception {
        String token = ConsoleClient.text(operator.get("overview", Map.of()), "token");
        String said = "";
        for (String line : block.lines()) {
            if (line.startsWith("TOKEN=$(curl ")) {
                assertThat(line).contains("weir-console/api/overview | sed 's/.*\"token\":");
            } else {
                said = curl(line, token, operator).strip();
            }
        }
        return said;
    }

    private static String curl(String line, String token, ConsoleClient operator) throws Exception {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        assertThat(words.remove(0)).isEqualTo("curl");
        Map<String, String> fields = new TreeMap<>();
        boolean get = false;
        boolean isUser = false;
        String path = "";
        String header = "";
        while (!words.isEmpty()) {
            String word = words.remove(0);
            switch (word) {
                case "-s" -> {}
                case "-sG" -> get = true;
                case "-u" -> isUser = words.remove(0).equals("operator:$PASSWORD");
                case "-H" -> header = words.remove(0);
                case "-d", "--data-urlencode" -> {
                    String[] field = words.remove(0).split("=", 2);
                    fields.put(field[0], field[1]);
                }
                default -> path = word.replace("http://localhost:8080/shop/weir-console/api/", "");
            }
        }
        assertThat(isUser).as(line).isTrue();
        if (get) {
            return operator.get(path, fields);
        }
        assertThat(header).isEqualTo("X-Weir-Token: $TOKEN");
        return operator.send(
                        "POST",
                        "weir-console/api/" + path,
                        ConsoleClient.form(fields),
                        "X-Weir-Token",
                        token)
                .body();
    }
}
