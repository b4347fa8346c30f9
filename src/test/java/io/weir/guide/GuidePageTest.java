package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages show is what this package compiles and runs, word for word. */
class GuidePageTest {

    private static final Path GUIDE = Path.of("docs", "guide.md");
    private static final List<Path> PAGES = List.of(GUIDE, Path.of("README.md"));

    @Test
    void eachBlockIsCompiled() throws IOException {
        Map<String, String> snippets = Snippets.inSources();
        for (Path page : PAGES) {
            assertThat(Snippets.onPage(page)).as(page.toString()).isNotEmpty();
            assertThat(snippets.values()).as(page.toString()).containsAll(Snippets.onPage(page));
        }
    }

    @Test
    void eachSnippetIsOnAPage() throws IOException {
        List<String> blocks = new ArrayList<>();
        for (Path page : PAGES) {
            blocks.addAll(Snippets.onPage(page));
        }
        Map<String, String> snippets = Snippets.inSources();
        assertThat(snippets.keySet())
                .filteredOn(name -> !blocks.contains(snippets.get(name)))
                .isEmpty();
    }

    @Test
    void theGuideShowsWhatTheReadmeShowsOfTheFiveMostUsed() throws IOException {
        assertThat(Snippets.onPage(GUIDE).subList(0, 5))
                .containsExactlyElementsOf(Snippets.onPage(Path.of("README.md")).subList(0, 5));
    }

    @Test
    void eachLinkLeadsSomewhere() throws IOException {
        String guide = Files.readString(GUIDE);
        Set<String> headings = new HashSet<>();
        guide.lines()
                .filter(line -> line.startsWith("#"))
                .forEach(line -> headings.add(anchor(line.replaceFirst("#+ ", ""))));
        Matcher links = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)").matcher(guide);
        while (links.find()) {
            if (links.group(1).isEmpty()) {
                assertThat(headings).contains(links.group(2));
            } else {
                assertThat(GUIDE.resolveSibling(links.group(1)).normalize()).exists();
            }
        }
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
    }

    @Test
    void eachTestThatThePageNamesIsThere() throws IOException {
        String guide = Files.readString(GUIDE);
        Set<String> classes = new HashSet<>();
        for (Path root :
                List.of(
                        Path.of("src/test/java"),
                        Path.of("testing/src"),
                        Path.of("servers/suite/src/main"))) {
            try (Stream<Path> files = Files.walk(root)) {
                files.map(file -> file.getFileName().toString().replace(".java", ""))
                        .forEach(classes::add);
            }
        }
        Matcher names = Pattern.compile("`([A-Z]\\w*[a-z](?:Test|IT|Contract))`").matcher(guide);
        int found = 0;
        while (names.find()) {
            assertThat(classes).contains(names.group(1));
            found++;
        }
        assertThat(found).isPositive();
    }
}
