package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.redis.RedisCounts;
import io.weir.internal.redis.RedisSettings;
import java.io.IOException;
import java.io.StringReader;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The artifact as applications get it: what is in it, and what of it a server could notice. */
class JarTest {

    private static final Path JAR = Path.of(System.getProperty("jar"));

    /** Names that are not Weir's, unless they stand behind Weir's. */
    private static final Pattern FOREIGN =
            Pattern.compile(
                    "(?<!io/weir/internal/lib/)\\b(org/redisson|io/netty/[a-z]+/[a-zA-Z/]*[A-Z]|org/slf4j"
                            + "|org/yaml|com/fasterxml|javax/cache)\\b");

    private static List<String> entries() throws IOException {
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            return jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
        }
    }

    private static String text(String entry) throws IOException {
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            return new String(
                    jar.getInputStream(jar.getEntry(entry)).readAllBytes(),
                    StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void nothingIsOutsideWeirsPackagesButWhatItNeeds() throws IOException {
        assertThat(entries())
                .filteredOn(entry -> !entry.startsWith("io/weir/"))
                .containsExactlyInAnyOrder(
                        "module-info.class",
                        "META-INF/MANIFEST.MF",
                        "META-INF/LICENSE",
                        "META-INF/NOTICE",
                        "META-INF/notices/redisson.txt",
                        "META-INF/notices/slf4j.txt",
                        "META-INF/beans.xml",
                        "META-INF/services/jakarta.faces.application.ApplicationConfigurationPopulator",
                        "META-INF/jandex.idx",
                        "META-INF/microprofile-config.properties",
                        "META-INF/web-fragment.xml",
                        "META-INF/maven/io.weir/weir/pom.properties",
                        "META-INF/maven/io.weir/weir/pom.xml",
                        "META-INF/services/io.weir.internal.lib.org.slf4j.spi.SLF4JServiceProvider",
                        "META-INF/services/jakarta.enterprise.concurrent.spi.ThreadContextProvider",
                        "META-INF/services/jakarta.enterprise.inject.spi.Extension",
                        "META-INF/services/jakarta.servlet.ServletContainerInitializer",
                        "META-INF/services/jakarta.ws.rs.core.Feature",
                        "META-INF/services/org.eclipse.microprofile.context.spi"
                                + ".ThreadContextProvider");
        assertThat(entries()).doesNotHaveDuplicates();
    }

    @Test
    void servicesAreWeirs() throws IOException {
        for (String entry : entries()) {
            if (entry.startsWith("META-INF/services/")) {
                assertThat(text(entry).lines()).as(entry).allMatch(l -> l.startsWith("io.weir."));
            }
        }
        assertThat(text("META-INF/beans.xml"))
                .contains("<exclude name=\"io.weir.internal.lib.**\"");
    }

    /** MicroProfile GraphQL shows the messages of these, and the application has the last word. */
    @Test
    void whatItConfiguresIsItsOwnException() throws IOException {
        Properties config = new Properties();
        config.load(new StringReader(text("META-INF/microprofile-config.properties")));
        assertThat(config.remove("config_ordinal")).isEqualTo("1");
        assertThat(config).hasSize(2);
        assertThat(config.values()).containsOnly(RateLimitExceededException.class.getName());
    }

    @Test
    void itIsAModuleOfWhichApplicationsSeeOnePackage() {
        assertThat(ModuleFinder.of(JAR).find("io.weir"))
                .hasValueSatisfying(
                        module ->
                                assertThat(module.descriptor().exports())
                                        .extracting(Object::toString)
                                        .containsExactlyInAnyOrder(
                                                "io.weir",
                                                "io.weir.internal.operator to"
                                                        + " [io.weir.console]"));
    }

    /**
     * Servers look for annotations of Jackson, and applications have Netty and SLF4J themselves.
     */
    @Test
    void noClassNamesWhatIsBroughtByItsOldName() throws IOException {
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            for (ZipEntry entry : jar.stream().filter(e -> !e.isDirectory()).toList()) {
                String bytes =
                        new String(
                                jar.getInputStream(entry).readAllBytes(),
                                StandardCharsets.ISO_8859_1);
                if (entry.getName().endsWith(".class")) {
                    assertThat(bytes).as(entry.getName()).doesNotContainPattern(FOREIGN);
                }
            }
        }
    }

    @Test
    void theLicencesOfWhatIsInside() throws IOException {
        assertThat(text("META-INF/LICENSE")).contains("Apache License");
        assertThat(text("META-INF/NOTICE"))
                .contains("Redisson 4.", "Netty", "JCTools", "SnakeYAML", "SLF4J 2.")
                .doesNotContain("${");
        assertThat(text("META-INF/notices/slf4j.txt")).contains("Permission is hereby granted");
        assertThat(text("META-INF/notices/redisson.txt")).contains("Byte Buddy");
    }

    @Test
    void thePomBringsNothing() throws IOException {
        String inside = text("META-INF/maven/io.weir/weir/pom.xml");
        assertThat(inside).isEqualTo(Files.readString(Path.of("dependency-reduced-pom.xml")));
        for (String dependency : inside.split("<dependency>")) {
            assertThat(dependency.contains("</dependency>"))
                    .as(dependency)
                    .isEqualTo(dependency.contains("<scope>test</scope>"));
        }
    }

    @Test
    void filesNameClassesOfRedissonAsRedissonDoes(@TempDir Path directory) throws IOException {
        String file = "singleServerConfig:\n  address: redis://127.0.0.1:6379\n";
        assertThat(mistake(directory, file + "codec: !<org.redisson.codec.LZ4Codec> {}"))
                .hasValueSatisfying(m -> assertThat(m).contains("LZ4Codec"));
        assertThat(mistake(directory, file + "codec: !<org.redisson.client.codec.StringCodec> {}"))
                .isEmpty();
        assertThat(mistake(directory, file + "nettyHook: !<com.example.Hook> {}"))
                .hasValueSatisfying(m -> assertThat(m).contains("io.weir:weir-redisson"));
    }

    private static Optional<String> mistake(Path directory, String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("redisson.yaml"), yaml);
        return RedisCounts.mistake(
                new RedisSettings(
                        RedisSettings.Topology.FILE,
                        List.of(),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(file.toString()),
                        Duration.ofSeconds(1)));
    }

    @Test
    void theseTestsHaveRedissonFromTheJar() throws ClassNotFoundException {
        assertThat(Class.forName("io.weir.internal.lib.org.redisson.Redisson")).isNotNull();
        assertThat(getClass().getResource("/org/redisson/Redisson.class")).isNull();
        assertThat(getClass().getResource("/io/netty/util/NettyRuntime.class")).isNull();
    }
}
