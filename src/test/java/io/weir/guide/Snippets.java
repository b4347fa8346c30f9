package io.weir.guide;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The pieces of this package, of its sister beside the test kit and of the suite on servers that
 * the pages show. In a source each stands between a comment {@code guide: NAME} and a comment
 * {@code end}; on a page it is a fenced block, without the indentation.
 */
final class Snippets {

    private static final List<Path> SOURCES =
            List.of(
                    Path.of("src", "test", "java", "io", "weir", "guide"),
                    Path.of("src", "test", "resources", "io", "weir", "guide"),
                    Path.of("testing", "src", "test", "java", "io", "weir", "guide"),
                    Path.of("testing", "src", "test", "resources", "META-INF"),
                    Path.of("servers", "suite", "src", "main", "java", "io", "weir", "servers"));

    private Snippets() {}

    /** What the sources hold, by name. */
    static Map<String, String> inSources() throws IOException {
        Map<String, String> snippets = new TreeMap<>();
        for (Path directory : SOURCES) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    read(Files.readAllLines(file), file, snippets);
                }
            }
        }
        return snippets;
    }

    private static void read(List<String> lines, Path file, Map<String, String> snippets) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.matches("(//|#) guide: .+")) {
                String name = line.replaceFirst("(//|#) guide: ", "");
                List<String> body = new ArrayList<>();
                while (!lines.get(++i).strip().matches("(//|#) end")) {
                    body.add(lines.get(i));
                }
                if (snippets.put(name, text(body)) != null) {
                    throw new IllegalStateException(file + " has a second \"" + name + "\"");
                }
            }
        }
    }

    /** What a page shows as Java or as properties, in order. */
    static List<String> onPage(Path page) throws IOException {
        List<String> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```")) {
                boolean held = lines.get(i).matches("```(java|properties)");
                List<String> body = new ArrayList<>();
                while (!lines.get(++i).equals("```")) {
                    body.add(lines.get(i));
                }
                if (held) {
                    blocks.add(text(body));
                }
            }
        }
        return blocks;
    }

    private static String text(List<String> lines) {
        return lines.stream().collect(Collectors.joining("\n")).stripTrailing().stripIndent();
    }

    /** Settings that a page shows, as a running application reads them. */
    static Map<String, String> settings(String name) {
        try {
            String text = inSources().get(name);
            if (text == null) {
                throw new IllegalArgumentException("no snippet is called " + name);
            }
            Properties properties = new Properties();
            properties.load(new StringReader(text));
            Map<String, String> settings = new HashMap<>();
            properties.stringPropertyNames().forEach(n -> settings.put(n, value(properties, n)));
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String value(Properties properties, String name) {
        return properties.getProperty(name, "");
    }

    /** Those settings and others. */
    static Map<String, String> settings(String name, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(settings(name));
        settings.putAll(more);
        return settings;
    }
}
