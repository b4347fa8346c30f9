package io.weir.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The types of {@code io.weir} and of the test kit, beside those of the version of before. */
@ExtendWith(Staging.class)
class BreaksTest {

    private static final String BEFORE =
            "public interface KeyResolver { String key(); default int id() { return 1; } }";

    @TempDir private Path directory;

    @Test
    void whatWasCompiledAgainstTheVersionOfBeforeRuns(Staged staged, Baseline baseline) {
        assertThat(Breaks.between(baseline.weir(), staged.file("weir", ".jar"), "io.weir"))
                .isEmpty();
        assertThat(
                        Breaks.between(
                                baseline.testing(),
                                staged.file("weir-testing", ".jar"),
                                "io.weir.testing"))
                .isEmpty();
    }

    @Test
    void whatGoesBreaks() throws IOException {
        assertThat(after("public interface KeyResolver { String key(); }"))
                .singleElement()
                .asString()
                .startsWith("io.weir.KeyResolver: METHOD_REMOVED")
                .contains("oldMethod=io.weir.KeyResolver.id()");
    }

    @Test
    void whatChangesBreaks() throws IOException {
        assertThat(after(BEFORE.replace("String key()", "Object key()"))).isNotEmpty();
        assertThat(after(BEFORE.replace("public interface", "interface"))).isNotEmpty();
    }

    @Test
    void whatComesDoesNot() throws IOException {
        assertThat(after(BEFORE.replace("default", "default void more() {} default"))).isEmpty();
    }

    @Test
    void whatApplicationsWouldHaveToWriteBreaks() throws IOException {
        assertThat(after(BEFORE.replace("default", "void more(); default"))).isNotEmpty();
    }

    private List<String> after(String source) throws IOException {
        return Breaks.between(jar("before", BEFORE), jar("after", source), "io.weir");
    }

    private Path jar(String name, String source) throws IOException {
        Path sources = Files.createDirectories(directory.resolve(name));
        Path file = sources.resolve("KeyResolver.java");
        Files.writeString(file, "package io.weir; " + source, StandardCharsets.UTF_8);
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", sources.toString(), file.toString());
        assertThat(result).isZero();
        Path jar = directory.resolve(name + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(sources)) {
            for (Path path : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                out.putNextEntry(new JarEntry(sources.relativize(path).toString()));
                out.write(Files.readAllBytes(path));
            }
        }
        return jar;
    }
}
