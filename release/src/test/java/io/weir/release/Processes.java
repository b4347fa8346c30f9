package io.weir.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Maven and Git, run as whoever follows the pages runs them. */
final class Processes {

    static final Path ROOT = Path.of(System.getProperty("root")).toAbsolutePath().normalize();
    static final Path WORK = Path.of(System.getProperty("work")).toAbsolutePath();

    private static final Duration LONGEST = Duration.ofMinutes(30);

    private Processes() {}

    /** What it printed is in a file beside the directory, and the end of it in the error. */
    static void maven(Path directory, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("maven.home"), "bin", "mvn").toString());
        command.addAll(List.of("-B", "-ntp", "-C"));
        command.addAll(List.of(arguments));
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        run(directory, environment, log, command);
    }

    /** Also where Git says what it did. */
    static String git(Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Path log = WORK.resolve("git-" + arguments[0] + ".log");
        run(directory, Map.of(), log, command);
        return text(log);
    }

    private static void run(
            Path directory, Map<String, String> environment, Path log, List<String> command) {
        try {
            Files.createDirectories(log.getParent());
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(Redirect.PIPE)
                            .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                boolean ended = process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
                if (!ended || process.exitValue() != 0) {
                    throw new AssertionError(
                            String.join(" ", command)
                                    + (ended ? " failed" : " did not end")
                                    + " in "
                                    + directory
                                    + "\n"
                                    + tail(text(log)));
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 6_000));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
