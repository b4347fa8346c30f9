package io.weir.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.policy.Problems;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file of settings, or several on one class path. */
class PropertiesFileTest {

    @TempDir Path places;

    private final Problems problems = new Problems();

    private URLClassLoader loader(String... files) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (int i = 0; i < files.length; i++) {
            Path root = places.resolve("place-" + i);
            Files.createDirectories(root.resolve("META-INF"));
            Files.writeString(root.resolve("META-INF/weir.properties"), files[i]);
            urls.add(root.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), null);
    }

    private static String value(PropertiesFile file, String name) {
        return file.properties().getProperty(name, "");
    }

    @Test
    void allOfThemAreRead() throws IOException {
        try (URLClassLoader loader =
                loader(
                        "weir.mode = off\nweir.fields = always",
                        "weir.mode = off\nweir.answer = x")) {
            PropertiesFile file = new PropertiesFile(List.of(loader), List.of(), problems);
            assertThat(value(file, "weir.fields")).isEqualTo("always");
            assertThat(value(file, "weir.answer")).isEqualTo("x");
            assertThat(problems.texts()).isEmpty();
        }
    }

    @Test
    void whereTwoDisagreeTheFirstHoldsAndBothAreNamed() throws IOException {
        try (URLClassLoader loader =
                loader("weir.redis.password = one", "weir.redis.password = two")) {
            PropertiesFile file = new PropertiesFile(List.of(loader), List.of(), problems);
            assertThat(value(file, "weir.redis.password")).isEqualTo("one");
            assertThat(problems.areErrors()).isFalse();
            assertThat(problems.texts()).hasSize(1);
            assertThat(problems.texts().get(0))
                    .contains("WEIR-044", "weir.redis.password", "place-0", "place-1")
                    .doesNotContain("= one", "= two");
        }
    }

    /** Some servers ask the parent of a class loader first, others do not. */
    @Test
    void whatAModuleHasForItselfHoldsAgainstWhatItShares() throws IOException {
        Path own = places.resolve("own/META-INF/weir.properties");
        Files.createDirectories(own.getParent());
        Files.writeString(own, "weir.mode = observe");
        URL[] urls = {places.resolve("own").toUri().toURL()};
        try (URLClassLoader shared = loader("weir.mode = off", "weir.fields = always");
                URLClassLoader module = new URLClassLoader(urls, shared)) {
            PropertiesFile file = new PropertiesFile(List.of(module), List.of(shared), problems);
            assertThat(value(file, "weir.mode")).isEqualTo("observe");
            assertThat(value(file, "weir.fields")).isEqualTo("always");
            assertThat(problems.texts()).isEmpty();
        }
    }

    /** Notepad writes such a mark, and the first setting is the name of something else then. */
    @Test
    void aMarkInFrontIsNoPartOfTheFirstName() throws IOException {
        try (URLClassLoader loader =
                loader("\uFEFFweir.application = l\u00e4den\r\nweir.mode = off")) {
            PropertiesFile file = new PropertiesFile(List.of(loader), List.of(), problems);
            assertThat(value(file, "weir.application")).isEqualTo("l\u00e4den");
            assertThat(value(file, "weir.mode")).isEqualTo("off");
        }
    }

    @Test
    void whatIsNoUtf8IsReadAsItOnceWas() throws IOException {
        try (URLClassLoader loader = loader("")) {
            Files.write(
                    places.resolve("place-0/META-INF/weir.properties"),
                    "weir.application = l\u00e4den".getBytes(StandardCharsets.ISO_8859_1));
            PropertiesFile file = new PropertiesFile(List.of(loader), List.of(), problems);
            assertThat(value(file, "weir.application")).isEqualTo("l\u00e4den");
        }
    }

    @Test
    void aChangeOfTheSecondIsSeen() throws IOException {
        try (URLClassLoader loader = loader("weir.mode = off", "weir.fields = always")) {
            PropertiesFile file = new PropertiesFile(List.of(loader), List.of(), problems);
            Files.writeString(
                    places.resolve("place-1/META-INF/weir.properties"), "weir.fields = none");
            file.refresh();
            assertThat(value(file, "weir.fields")).isEqualTo("none");
            assertThat(value(file, "weir.mode")).isEqualTo("off");
        }
    }
}
