package io.weir.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** docs/benchmarks.md: what stands between two markers is written by a run, the rest by hand. */
final class Page {

    static final Path DOCS = Path.of("docs");
    private static final Path FILE = DOCS.resolve("benchmarks.md");

    private Page() {}

    /** Replaces what stands between the markers of a part, and prints it. */
    static void write(String part, String text) throws IOException {
        String begin = "<!-- " + part + " -->";
        String end = "<!-- /" + part + " -->";
        String page = Files.readString(FILE);
        Matcher old =
                Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL)
                        .matcher(page);
        if (!old.find()) {
            throw new IOException(FILE + " has no part " + part);
        }
        String whole = begin + "\n" + text.strip() + "\n\n" + machine() + "\n" + end;
        Files.writeString(FILE, page.substring(0, old.start()) + whole + page.substring(old.end()));
        System.out.println(whole);
    }

    private static String machine() throws IOException {
        return String.format(
                "_%s; %s, %d processors; %s %s, JDK %s; bucket4j %s, Caffeine %s, Guava %s,"
                        + " resilience4j %s, Redisson %s; commit %s_",
                LocalDate.now(),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                version("bucket4j_jdk17-core"),
                version("caffeine"),
                version("guava"),
                version("resilience4j-ratelimiter"),
                version("redisson"),
                commit());
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    /** From the name of the jar on the class path. */
    private static String version(String artifact) {
        Matcher jar =
                Pattern.compile("/" + Pattern.quote(artifact) + "-([0-9][^/]*)\\.jar")
                        .matcher(System.getProperty("java.class.path"));
        return jar.find() ? jar.group(1) : "?";
    }

    private static String commit() throws IOException {
        String hash = git("rev-parse", "--short", "HEAD");
        String changed = git("status", "--porcelain", "--untracked-files=no", "--", "src");
        return hash + (changed.isEmpty() ? "" : " with changes");
    }

    private static String git(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8)
                .strip();
    }
}
