package io.weir.servers;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the table of servers into the README, from what the runs have left in {@code
 * servers/*&#47;target}; to be run from the root folder, by {@code java} alone. A run has a row if
 * all of its tests passed.
 */
final class ReadmeTable {

    private static final String BEGIN = "<!-- servers: written by ReadmeTable -->\n";
    private static final String END = "<!-- end of servers -->\n";

    /** JUnit tags that a module leaves out, in the reader's words and in this order. */
    private static final List<Map.Entry<String, String>> LEFT_OUT =
            List.of(
                    Map.entry("jaxrs", "all but paths, beans and the injected limiter"),
                    Map.entry("ejb", "EJB"),
                    Map.entry("ejb-remote", "remote EJBs"),
                    Map.entry("ear", "EARs"),
                    Map.entry("faces", "Jakarta Faces"),
                    Map.entry("soap", "SOAP"),
                    Map.entry("concurrency", "Jakarta Concurrency"),
                    Map.entry("graphql", "MicroProfile GraphQL"),
                    Map.entry("tokens", "MicroProfile JWT"),
                    Map.entry("fragments", "`<absolute-ordering/>`"),
                    Map.entry("late-filters", "filters that authenticate mapped by servlet name"),
                    Map.entry("ear-lib", "Weir in the `lib` of an EAR with web modules"),
                    Map.entry("health", "MicroProfile Health"),
                    Map.entry("json", "JSON Binding"),
                    Map.entry("own-redisson", "`weir-redisson`"),
                    Map.entry("loaders", "class loaders after undeploying"),
                    Map.entry("nodes", "several nodes"),
                    Map.entry("twenty", "undeploying 20 times"),
                    Map.entry("heavy", "the heavy tests"));

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
                if (!isGreen(Files.readString(summary))) {
                    System.err.println("No row, it failed: " + run);
                    continue;
                }
                Properties footprint = footprint(run);
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
        table.append("| server | JDK | tests, all passed | not run there | what differs ")
                .append("| an empty WAR starts in | Weir adds | Weir with Redis adds |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        rows.forEach(table::append);
        sizes.ifPresent(size -> table.append("\n").append(sizes(size)));
        return table.toString();
    }

    private static boolean isGreen(String summary) {
        return Stream.of("errors", "failures", "skipped").allMatch(n -> count(summary, n) == 0);
    }

    private static String row(Properties server, String summary, Properties footprint) {
        return Stream.of(
                        server.getProperty("title"),
                        server.getProperty("jdk").replaceFirst("\\+.*", ""),
                        String.valueOf(count(summary, "completed")),
                        leftOut(server.getProperty("left.out")),
                        server.getProperty("differs"),
                        footprint.isEmpty() ? "" : millis(footprint, "empty") + " ms",
                        added(footprint, "memory"),
                        added(footprint, "redis"))
                .reduce("|", (line, cell) -> line + " " + cell + " |")
                .concat("\n");
    }

    private static String leftOut(String tags) {
        Set<String> given = new HashSet<>(List.of(tags.split(",")));
        if (given.contains("ejb")) {
            given.remove("ejb-remote");
        }
        if (given.contains("heavy")) {
            given.removeAll(List.of("nodes", "twenty"));
        }
        String words =
                LEFT_OUT.stream()
                        .filter(entry -> given.contains(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .collect(Collectors.joining(", "));
        return words.isEmpty() ? "nothing" : words;
    }

    private static String added(Properties footprint, String name) {
        if (footprint.isEmpty()) {
            return "";
        }
        return millis(footprint, name) - millis(footprint, "empty") + " ms";
    }

    private static long millis(Properties footprint, String name) {
        return Long.parseLong(footprint.getProperty("millis." + name));
    }

    private static String sizes(Properties size) {
        long bytes = Long.parseLong(size.getProperty("bytes.weir"));
        return "Weir's jar has %d KB, Redisson and what it needs inside. It brings no other.\n"
                .formatted(kilobytes(bytes));
    }

    private static long kilobytes(long bytes) {
        return Math.round(bytes / 1000.0);
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

    /** Of a run that measured nothing else, if there was one. */
    private static Properties footprint(Path run) throws IOException {
        String file = "footprint.properties";
        Properties alone =
                properties(run.resolveSibling(run.getFileName() + "-start").resolve(file));
        return alone.isEmpty() ? properties(run.resolve(file)) : alone;
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
