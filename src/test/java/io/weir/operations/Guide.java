package io.weir.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The pieces of docs/operations.md that a machine can follow, in order. */
final class Guide {

    static final Path FILE = Path.of("docs", "operations.md");

    private Guide() {}

    /**
     * A fenced block, or a comment that says what the shop's customers do.
     *
     * @param kind the word behind the fence; {@code shop} for a comment
     * @param lines without the fence
     * @param at the line of the guide that it begins at
     */
    record Piece(String kind, List<String> lines, int at) {

        String where() {
            return FILE + ":" + at;
        }
    }

    static List<Piece> pieces() throws IOException {
        List<Piece> pieces = new ArrayList<>();
        List<String> guide = Files.readAllLines(FILE);
        for (int i = 0; i < guide.size(); i++) {
            String line = guide.get(i);
            if (line.startsWith("```")) {
                int first = i + 1;
                while (!guide.get(++i).equals("```")) {}
                pieces.add(
                        new Piece(line.substring(3), List.copyOf(guide.subList(first, i)), first));
            } else if (line.startsWith("<!-- shop: ")) {
                String words = line.substring("<!-- shop: ".length(), line.indexOf(" -->"));
                pieces.add(new Piece("shop", List.of(words), i + 1));
            }
        }
        return pieces;
    }

    /** What the guide shows as an answer, with its placeholders. */
    static Pattern answer(List<String> lines) {
        StringBuilder regex = new StringBuilder();
        for (String line : lines) {
            regex.append(
                    Pattern.quote(line)
                            .replace("<number>", "\\E[0-9]+(\\.[0-9]+)?\\Q")
                            .replace("<text>", "\\E.*\\Q"));
            regex.append("\\R");
        }
        return Pattern.compile(regex.toString());
    }

    /** The rows of the tables in a section, each cell trimmed; without heads. */
    static List<List<String>> rows(String heading) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        boolean head = true;
        for (String line : Files.readAllLines(FILE)) {
            if (line.startsWith("#")) {
                inside = line.replaceFirst("#+ ", "").equals(heading);
            } else if (inside && line.startsWith("|")) {
                if (line.startsWith("|---")) {
                    head = false;
                } else if (!head) {
                    String cells = line.substring(1, line.length() - 1);
                    rows.add(List.of(cells.split("\\|", -1)).stream().map(String::trim).toList());
                }
            } else {
                head = true;
            }
        }
        return rows;
    }
}
