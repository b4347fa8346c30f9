package io.weir.release;

import static io.weir.release.Staged.text;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.w3c.dom.Element;

/** What the repository of releases asks of a folder, and what this project asks of itself. */
@ExtendWith(Staging.class)
class ReleaseTest {

    /** What a POM says of the project, itself or through its parent. */
    private static final List<List<String>> SAID =
            List.of(
                    List.of("url"),
                    List.of("licenses", "license", "name"),
                    List.of("licenses", "license", "url"),
                    List.of("developers", "developer", "name"),
                    List.of("scm", "connection"),
                    List.of("scm", "developerConnection"),
                    List.of("scm", "url"),
                    List.of("issueManagement", "url"));

    @Test
    void eachArtifactHasAllOfItsFilesAndNoneIsOfSomethingElse(Staged staged) {
        List<String> expected = new ArrayList<>();
        Staged.ARTIFACTS.forEach(
                (artifact, jar) -> {
                    List<String> endings = new ArrayList<>(List.of(".pom"));
                    endings.addAll(List.of("-cyclonedx.json", "-cyclonedx.xml"));
                    if (jar) {
                        endings.addAll(List.of(".jar", "-sources.jar", "-javadoc.jar"));
                    }
                    endings.forEach(
                            ending ->
                                    expected.add(
                                            staged.folder()
                                                    .relativize(staged.file(artifact, ending))
                                                    .toString()));
                });
        assertThat(staged.files())
                .extracting(Path::toString)
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void eachFileHasItsChecksumsAndASignatureThatVerifies(Staged staged, PgpKey key)
            throws Exception {
        for (Path file : staged.files()) {
            Path path = staged.folder().resolve(file);
            byte[] bytes = Files.readAllBytes(path);
            assertThat(beside(path, ".md5")).hasContent(hex("MD5", bytes));
            assertThat(beside(path, ".sha1")).hasContent(hex("SHA-1", bytes));
            assertThat(key.signed(path, beside(path, ".asc"))).as("%s.asc", file).isTrue();
        }
        assertThat(key.signed(staged.file("weir", ".pom"), staged.file("weir", ".jar.asc")))
                .as("a signature of another file")
                .isFalse();
        assertThat(
                        PgpKey.made()
                                .signed(
                                        staged.file("weir", ".pom"),
                                        staged.file("weir", ".pom.asc")))
                .as("another key")
                .isFalse();
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    @Test
    void eachPomSaysWhatARepositoryWantsToKnow(Staged staged) {
        Element parent = Staged.xml(staged.file("weir-parent", ".pom"));
        for (String artifact : Staged.ARTIFACTS.keySet()) {
            Element pom = Staged.xml(staged.file(artifact, ".pom"));
            assertThat(text(pom, "artifactId")).isEqualTo(artifact);
            assertThat(text(pom, "name")).as(artifact).isNotEmpty();
            assertThat(text(pom, "description")).as(artifact).isNotEmpty();
            if (!artifact.equals("weir-parent")) {
                assertThat(text(pom, "parent", "artifactId")).isEqualTo("weir-parent");
            }
            for (List<String> said : SAID) {
                String[] names = said.toArray(String[]::new);
                assertThat(text(pom, names) + text(parent, names))
                        .as("%s: %s", artifact, said)
                        .isNotEmpty();
            }
            assertThat(text(pom, "repositories") + text(pom, "pluginRepositories"))
                    .as("%s: other repositories", artifact)
                    .isEmpty();
        }
    }

    /** A snapshot, a path, a host: nothing of the machine that built it. */
    @Test
    void nothingIsOfADayOrAMachine(Staged staged) throws IOException {
        for (Path file : staged.files()) {
            if (!file.toString().endsWith(".jar")) {
                assertThat(Files.readString(staged.folder().resolve(file)))
                        .as(file.toString())
                        .doesNotContain("SNAPSHOT", "file:/", "localhost", "127.0.0.1")
                        .doesNotContain(System.getProperty("user.home"))
                        .doesNotContain(Processes.ROOT.toString());
            }
        }
    }

    /** An application gets Weir, and no jar more. */
    @Test
    void noArtifactBringsAnother(Staged staged) {
        for (String artifact : Staged.ARTIFACTS.keySet()) {
            Element pom = Staged.xml(staged.file(artifact, ".pom"));
            for (Element dependency : below(pom, "dependencies", "dependency")) {
                assertThat(text(dependency, "scope"))
                        .as("%s: %s", artifact, text(dependency, "artifactId"))
                        .isIn("test", "provided");
            }
        }
    }

    private static List<Element> below(Element element, String list, String item) {
        List<Element> found = new ArrayList<>();
        for (var n = element.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element parent && parent.getTagName().equals(list)) {
                for (var m = parent.getFirstChild(); m != null; m = m.getNextSibling()) {
                    if (m instanceof Element child && child.getTagName().equals(item)) {
                        found.add(child);
                    }
                }
            }
        }
        return found;
    }

    @Test
    void theBomHasTheArtifactsInThisVersion(Staged staged) {
        Element pom = Staged.xml(staged.file("weir-bom", ".pom"));
        List<String> managed = new ArrayList<>();
        for (Element management : List.of(pom)) {
            for (var n = management.getFirstChild(); n != null; n = n.getNextSibling()) {
                if (n instanceof Element e && e.getTagName().equals("dependencyManagement")) {
                    below(e, "dependencies", "dependency")
                            .forEach(d -> managed.add(text(d, "artifactId")));
                }
            }
        }
        assertThat(managed)
                .containsExactlyInAnyOrder("weir", "weir-redisson", "weir-console", "weir-testing");
    }

    /** What the shade plugin is told to take is what the list has; the others bring nothing. */
    @Test
    void theSbomHasEachJarThatIsInside(Staged staged) throws IOException {
        String shaded = Files.readString(Processes.ROOT.resolve("isolated/pom.xml"));
        List<String> taken =
                Pattern.compile("<include>([^<:]+:[^<]+)</include>")
                        .matcher(shaded)
                        .results()
                        .map(result -> result.group(1))
                        .toList();
        assertThat(taken).contains("org.redisson:redisson", "io.netty:netty-common");
        List<String> listed = new ArrayList<>();
        for (JsonObject component : components(staged, "weir")) {
            listed.add(component.getString("group") + ":" + component.getString("name"));
            assertThat(component.getString("scope")).as(listed.toString()).isEqualTo("required");
            assertThat(component.getString("version")).isNotEmpty();
            assertThat(component.getString("purl")).startsWith("pkg:maven/");
            assertThat(component.getJsonArray("hashes")).isNotEmpty();
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(taken);
        for (String artifact : Staged.ARTIFACTS.keySet()) {
            if (!artifact.equals("weir")) {
                assertThat(components(staged, artifact)).as(artifact).isEmpty();
            }
        }
    }

    private static List<JsonObject> components(Staged staged, String artifact) throws IOException {
        try (JsonReader reader =
                Json.createReader(Files.newInputStream(staged.file(artifact, "-cyclonedx.json")))) {
            JsonObject sbom = reader.readObject();
            assertThat(sbom.getString("bomFormat")).isEqualTo("CycloneDX");
            return sbom.containsKey("components")
                    ? sbom.getJsonArray("components").getValuesAs(JsonObject.class)
                    : List.of();
        }
    }

    /** And so do the pages. */
    @Test
    void thePagesSpeakOfThisVersion() throws IOException {
        String version = "<version>" + Staged.VERSION + "</version>";
        assertThat(Processes.ROOT.resolve("README.md"))
                .content()
                .contains("<artifactId>weir</artifactId>\n  " + version);
        assertThat(Processes.ROOT.resolve("CHANGELOG.md"))
                .content()
                .containsPattern("(?m)^(## \\[|This will be )" + Pattern.quote(Staged.VERSION));
    }

    @Test
    void eachClassOfWeirHasItsSource(Staged staged) throws IOException {
        for (String artifact : Staged.ARTIFACTS.keySet()) {
            if (Staged.ARTIFACTS.get(artifact)) {
                List<String> sources = entries(staged.file(artifact, "-sources.jar"));
                List<String> classes = entries(staged.file(artifact, ".jar"));
                assertThat(classes)
                        .filteredOn(c -> c.endsWith(".class") && !c.contains("$"))
                        .filteredOn(c -> !c.startsWith("io/weir/internal/lib/"))
                        .isNotEmpty()
                        .allSatisfy(
                                c -> assertThat(sources).contains(c.replace(".class", ".java")));
                assertThat(entries(staged.file(artifact, "-javadoc.jar"))).contains("index.html");
                assertThat(classes).contains("META-INF/LICENSE");
                assertThat(sources).contains("META-INF/LICENSE");
            }
        }
        assertThat(entries(staged.file("weir", "-javadoc.jar")))
                .anyMatch(entry -> entry.endsWith("io/weir/RateLimited.html"))
                .noneMatch(entry -> entry.contains("io/weir/internal"));
    }

    private static List<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile(), StandardCharsets.UTF_8)) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    /** In another folder, in another zone, later. */
    @Test
    void aSecondBuildHasTheSameBytes(Staged staged, PgpKey key) throws Exception {
        Staged again = Staged.from("another one", key, Map.of("TZ", "Pacific/Auckland"));
        assertThat(again.files()).isEqualTo(staged.files());
        List<String> different = new ArrayList<>();
        for (Path file : staged.files()) {
            Path first = staged.folder().resolve(file);
            Path second = again.folder().resolve(file);
            if (Files.mismatch(first, second) >= 0) {
                different.add(file + differing(first, second));
            }
        }
        assertThat(different).isEmpty();
    }

    private static String differing(Path first, Path second) throws IOException {
        if (!first.toString().endsWith(".jar")) {
            return "";
        }
        List<String> different = new ArrayList<>();
        try (ZipFile one = new ZipFile(first.toFile());
                ZipFile two = new ZipFile(second.toFile())) {
            for (ZipEntry entry : one.stream().toList()) {
                ZipEntry other = two.getEntry(entry.getName());
                if (other == null || other.getCrc() != entry.getCrc()) {
                    different.add(entry.getName());
                }
            }
        }
        return different.toString();
    }
}
