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
        boolean good = content.isPresent();
        Matcher variables = VARIABLE.matcher(COMMENT.matcher(content.orElse("")).replaceAll(""));
        while (variables.find()) {
            String name = variables.group(1);
            if (System.getProperty(name, System.getenv(name)) == null) {
                good = false;
                setting.refuse(
                        ProblemCode.REDISSON_FILE,
                        variables.group() + " in " + setting.quoted(),
                        ("the environment variable or system property %s, or a default that is not"
                                        + " empty: ${%s:-value}")
                                .formatted(name, name));
            }
        }
        return good;
    }

    private static Optional<String> content(Text setting) {
        try {
            Path path = Path.of(setting.value());
            String content = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            return content.isBlank()
                    ? refuse(setting, "is empty", Optional.empty())
                    : Optional.of(content);
        } catch (NoSuchFileException | InvalidPathException e) {
            String hint =
                    "A path that is not absolute begins at the server's working directory: "
                            + Path.of("").toAbsolutePath();
            return refuse(setting, "does not exist", Optional.of(hint));
        } catch (IOException e) {
            String why = "cannot be read (" + e.getClass().getSimpleName() + ")";
            return refuse(setting, why, Optional.empty());
        }
    }

    private static Optional<String> refuse(Text setting, String why, Optional<String> hint) {
        String given = setting.quoted() + ", which " + why;
        return setting.refuse(ProblemCode.REDISSON_FILE, given, hint);
    }
}
