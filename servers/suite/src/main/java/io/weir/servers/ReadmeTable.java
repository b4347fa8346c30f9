package io.weir.servers;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the table of servers into the README, from what the runs have left in {@code
 * servers/*&#47;target}; to be run from the root folder, by {@code java} alone.
 */
final class ReadmeTable {

    private static final String BEGIN = "<!-- servers: written by ReadmeTable -->\n";
    private static final String END = "<!-- end of servers -->\n";

    private ReadmeTable() {}

    public static void main(String... arguments) throws IOException {
        String table = table(Path.of("servers"));
        System.out.print(table);
        Path readme = Path.of("README.md");
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END, begin);
        if (begin < BEGIN.length() || end < 0) {
            throw new IOException("README.md lacks " + BEGIN + END);
        }
        Files.writeString(readme, text.substring(0, begin) + table + text.substring(end));
    }

    private static String table(Path servers) throws IOException {
        List<String> rows = new ArrayList<>();
        Optional<Properties> sizes = Optional.empty();
        for (String module : modules(servers.resolve("pom.xml"))) {
            for (Path run : runs(servers.resolve(module).resolve("target"))) {
                Properties server = properties(run.resolve("server.properties"));
                Path summary = run.resolve("failsafe-summary.xml");
                if (server.isEmpty() || !Files.exists(summary)) {
                    continue;
                }
                Properties footprint = properties(run.resolve("footprint.properties"));
                if (!footprint.isEmpty() && sizes.isEmpty()) {
                    sizes = Optional.of(footprint);
                }
                rows.add(row(server, Files.readString(summary), footprint));
            }
        }
        if (rows.isEmpty()) {
            throw new IOException("No server has run");
        }
        StringBuilder table = new StringBuilder();
        table.append("| server | JDK | tests | failed | what differs | empty WAR | with Weir |")
                .append(" and Redis |\n|---|---|---|---|---|---|---|---|\n");
        rows.forEach(table::append);
        sizes.ifPresent(
                size ->
                        table.append("\nThe jar has ")
                                .append(kilobytes(size, "bytes.weir"))
                                .append(" KB; with Redisson and what it needs, ")
                                .append(size.getProperty("jars.all"))
                                .append(" jars have ")
                                .append(kilobytes(size, "bytes.all"))
                                .append(" KB.\n"));
        return table.toString();
    }

    private static String row(Properties server, String summary, Properties footprint) {
        int failed = count(summary, "errors") + count(summary, "failures");
        return Stream.of(
                        server.getProperty("title"),
                        server.getProperty("jdk"),
                        String.valueOf(count(summary, "completed")),
                        String.valueOf(failed + count(summary, "skipped")),
                        server.getProperty("differs"),
                        millis(footprint, "empty"),
                        millis(footprint, "memory"),
                        millis(footprint, "redis"))
                .reduce("|", (line, cell) -> line + " " + cell + " |")
                .concat("\n");
    }

    private static String millis(Properties footprint, String name) {
        String value = footprint.getProperty("millis." + name);
        return value == null ? "" : value + " ms";
    }

    private static long kilobytes(Properties size, String name) {
        return Math.round(Long.parseLong(size.getProperty(name)) / 1000.0);
    }

    private static int count(String summary, String name) {
        Matcher matcher = Pattern.compile("<" + name + ">(\\d+)</" + name + ">").matcher(summary);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in " + summary);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** In the order of the build. */
    private static List<String> modules(Path pom) throws IOException {
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(Files.readString(pom))
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    private static List<Path> runs(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(target)) {
            return paths.filter(p -> p.getFileName().toString().startsWith("failsafe-reports-"))
                    .sorted()
                    .toList();
        }
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            }
        }
        return properties;
    }
}
