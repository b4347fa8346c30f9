package io.weir.operations;

import io.weir.testing.RealRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import redis.embedded.core.ExecutableProvider;

/**
 * Does what the guide says to type, on ports and in a directory of its own. Understands no more
 * than the guide uses: anything else fails.
 */
final class Operator implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PORT = Pattern.compile("\\b(6379|638\\d|26379)\\b");

    private static final Set<String> FOR_REDIS_CLI = Set.of("REDISCLI_AUTH", "RESET");

    private final Path directory;
    private final String server;
    private final Map<String, String> environment = new TreeMap<>();
    private final Map<String, String> ports = new HashMap<>();
    private final Map<String, Process> servers = new HashMap<>();

    Operator(Path directory) throws IOException {
        this.directory = directory;
        server = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    }

    /** The real port behind one of the guide. */
    int port(String inGuide) {
        return Integer.parseInt(
                ports.computeIfAbsent(inGuide, p -> String.valueOf(RealRedis.freePort())));
    }

    /** Where something else than this operator listens, for a port of the guide. */
    void port(String inGuide, int real) {
        ports.put(inGuide, String.valueOf(real));
    }

    /** What the server of the shop sees of what was exported. */
    Map<String, String> environmentOfTheShop() {
        return environment.entrySet().stream()
                .filter(variable -> !FOR_REDIS_CLI.contains(variable.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The guide's text with our ports and directories. */
    String here(String text) {
        Matcher port = PORT.matcher(text);
        return port.replaceAll(found -> String.valueOf(port(found.group())))
                .replace("/var/lib/redis", directory.toString());
    }

    /** What was printed, with the guide's ports. */
    String inGuide(String text) {
        String result = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            result = result.replaceAll("\\b" + port.getValue() + "\\b", port.getKey());
        }
        return result;
    }

    /** Writes a file whose first line is {@code # NAME}. */
    void write(List<String> lines) throws IOException {
        Files.writeString(
                directory.resolve(lines.get(0).substring(2)),
                here(String.join("\n", lines) + "\n"));
    }

    /** Runs commands, and says what was printed. */
    String run(List<String> lines) throws IOException, InterruptedException {
        StringBuilder printed = new StringBuilder();
        for (String line : String.join("\n", lines).replace("\\\n", " ").lines().toList()) {
            printed.append(command(line));
        }
        return inGuide(printed.toString());
    }

    private String command(String line) throws IOException, InterruptedException {
        List<List<String>> stages = new ArrayList<>(List.of(new ArrayList<>()));
        for (String word : words(line)) {
            if (word.equals("|")) {
                stages.add(new ArrayList<>());
            } else {
                stages.get(stages.size() - 1).add(word);
            }
        }
        String printed = first(stages.get(0));
        for (List<String> stage : stages.subList(1, stages.size())) {
            printed = filter(stage, printed);
        }
        return printed;
    }

    private String first(List<String> words) throws IOException, InterruptedException {
        List<String> rest = words.subList(1, words.size());
        switch (words.get(0)) {
            case "export" -> {
                for (String assignment : rest) {
                    int equals = assignment.indexOf('=');
                    environment.put(
                            assignment.substring(0, equals), assignment.substring(equals + 1));
                }
            }
            case "unset" -> rest.forEach(environment::remove);
            case "cp" -> Files.copy(Path.of(rest.get(0)), directory.resolve(rest.get(1)));
            case "keytool" -> keytool(rest);
            case "redis-server" -> startServer(rest);
            case "printf" -> {
                if (rest.size() != 2 || !rest.get(0).equals("%s")) {
                    throw new IllegalArgumentException("not understood: " + words);
                }
                return rest.get(1);
            }
            case "redis-cli" -> {
                return redisCli(rest);
            }
            default -> throw new IllegalArgumentException("not understood: " + words);
        }
        return "";
    }

    private String redisCli(List<String> words) throws IOException, InterruptedException {
        String printed = cli(words);
        if (words.contains("shutdown")) {
            Process ended = servers.remove("6379");
            if (ended == null || !ended.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("it was not shut down");
            }
        }
        return printed;
    }

    /** Without {@code -p} it is the first Redis of the guide. */
    private String cli(List<String> words) throws IOException {
        List<String> all = new ArrayList<>(List.of("-p", String.valueOf(port("6379"))));
        all.addAll(words);
        return RedisCli.run(all, environment, directory);
    }

    private String filter(List<String> words, String printed) throws IOException {
        List<String> lines = printed.lines().toList();
        switch (words.get(0)) {
            case "sha256sum" -> lines = List.of(sha256(printed) + "  -");
            case "cut" -> {
                if (!words.equals(List.of("cut", "-c1-16"))) {
                    throw new IllegalArgumentException("not understood: " + words);
                }
                lines = lines.stream().map(line -> line.substring(0, 16)).toList();
            }
            case "sort" -> lines = lines.stream().sorted().toList();
            case "grep" -> {
                if (words.size() != 3 || !words.get(1).equals("-E")) {
                    throw new IllegalArgumentException("not understood: " + words);
                }
                Pattern wanted = Pattern.compile(words.get(2));
                lines = lines.stream().filter(line -> wanted.matcher(line).find()).toList();
            }
            case "xargs" -> {
                List<String> all = new ArrayList<>(words.subList(2, words.size()));
                all.addAll(lines);
                return cli(all);
            }
            default -> throw new IllegalArgumentException("not understood: " + words);
        }
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keytool(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(words);
        Process keytool =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    private void startServer(List<String> words) throws IOException, InterruptedException {
        if (words.contains("--sentinel")) {
            start(words.get(0), "26379", words.subList(1, words.size()));
            return;
        }
        String port = words.get(words.indexOf("--port") + 1);
        start(words.get(0), inGuide(port), words.subList(1, words.size()));
    }

    private void start(String first, String port, List<String> others)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(server, first));
        command.addAll(others);
        Process started =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("redis-" + port + ".log").toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        if (servers.put(port, started) != null) {
            throw new IllegalStateException("one is running at " + port);
        }
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                RedisCli.run(
                        List.of("-p", String.valueOf(port(port)), "ping"), Map.of(), directory);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > until || !started.isAlive()) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    /** As a shell does it: quotes, and variables outside of single ones. */
    private List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean any = false;
        char quote = 0;
        for (char c : line.toCharArray()) {
            if (quote == 0 && c == ' ') {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                any = true;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && "|&;<>()*?#`".indexOf(c) >= 0 && !isPipe(c, any)) {
                throw new IllegalArgumentException("to be quoted: " + c + " in " + line);
            } else {
                word.append(c);
                any = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("a quote is not closed: " + line);
        }
        if (any) {
            words.add(word.toString());
        }
        return words.stream()
                .map(w -> w.replace("$JAVA_HOME", System.getProperty("java.home")))
                .map(w -> w.replace("$RESET", environment.getOrDefault("RESET", "$RESET")))
                .map(this::here)
                .toList();
    }

    private static boolean isPipe(char c, boolean withinWord) {
        return c == '|' && !withinWord;
    }

    /** Whether commands can be asked again until the answer is as it should be. */
    static boolean onlyLook(List<String> lines) {
        return lines.stream()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .allMatch(
                        line ->
                                line.startsWith("redis-cli")
                                        && !line.contains("xargs")
                                        && Arrays.stream(
                                                        new String[] {
                                                            " ping",
                                                            " info",
                                                            "--scan",
                                                            " get ",
                                                            "get-master-addr",
                                                            " cluster info"
                                                        })
                                                .anyMatch(line::contains));
    }

    @Override
    public void close() {
        servers.values().forEach(one -> one.destroyForcibly().onExit().join());
    }
}
