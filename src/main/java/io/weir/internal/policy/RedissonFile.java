package io.weir.internal.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be told of a Redisson YAML file without Redisson. Shows no values of it. */
final class RedissonFile {

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    /** What Redisson leaves as it stands, and would send as a password, where nothing is set. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([\\w.]+)(:-)?}");

    private RedissonFile() {}

    /** Whether it can be read and all its variables are set; reports what is not. */
    static boolean check(Text setting) {
        Optional<String> content = content(setting);
        if (content.isEmpty()) {
            return false;
        }
        boolean good = true;
        Matcher variables = VARIABLE.matcher(COMMENT.matcher(content.get()).replaceAll(""));
        while (variables.find()) {
            String name = variables.group(1);
            if (System.getProperty(name, System.getenv(name)) == null) {
                good = false;
                setting.refuse(
                        ProblemCode.REDISSON_FILE,
                        variables.group() + " in " + Problems.quote(setting.value()),
                        "the environment variable or system property "
                                + name
                                + (", or a default that is not empty: ${" + name + ":-value}"),
                        Optional.empty());
            }
        }
        return good;
    }

    private static Optional<String> content(Text setting) {
        String given = Problems.quote(setting.value());
        try {
            String content =
                    new String(
                            Files.readAllBytes(Path.of(setting.value())), StandardCharsets.UTF_8);
            return content.isBlank()
                    ? setting.refuse(
                            ProblemCode.REDISSON_FILE,
                            given + ", which is empty",
                            ProblemCode.REDISSON_FILE.expected(),
                            Optional.empty())
                    : Optional.of(content);
        } catch (NoSuchFileException | InvalidPathException e) {
            return setting.refuse(
                    ProblemCode.REDISSON_FILE,
                    given + ", which does not exist",
                    ProblemCode.REDISSON_FILE.expected(),
                    Optional.of(
                            "A path that is not absolute begins at the server's working"
                                    + " directory: "
                                    + Path.of("").toAbsolutePath()));
        } catch (IOException e) {
            return setting.refuse(
                    ProblemCode.REDISSON_FILE,
                    given + ", which cannot be read (" + e.getClass().getSimpleName() + ")",
                    ProblemCode.REDISSON_FILE.expected(),
                    Optional.empty());
        }
    }
}
