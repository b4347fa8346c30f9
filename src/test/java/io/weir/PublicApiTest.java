package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DocumentationTool;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The set of public types is a file: who adds one, adds it there, and says in the commit why. */
class PublicApiTest {

    private static final JavaClasses TYPES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.weir");

    @Test
    void thePublicTypesAreThoseInTheFile() throws Exception {
        List<String> published =
                TYPES.stream()
                        .filter(PublicApiTest::isPublic)
                        .map(JavaClass::getName)
                        .sorted()
                        .toList();
        assertThat(published)
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of("src/test/resources/public-types.txt")));
    }

    /**
     * What an application was compiled against stays: a line that goes or changes breaks a WAR that
     * gets a newer jar. A line that comes is added to the file.
     */
    @Test
    void theSignaturesAreThoseInTheFile() throws Exception {
        List<String> signatures = new ArrayList<>();
        for (JavaClass type : TYPES) {
            if (type.getPackageName().equals("io.weir") && isPublic(type)) {
                signatures(type.reflect()).forEach(signatures::add);
            }
        }
        assertThat(signatures.stream().sorted().distinct())
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of("src/test/resources/signatures.txt")));
    }

    /** As the line of {@code docs/release.md} makes it: there one warning is an error. */
    @Test
    void theJavadocHasNoWarning(@TempDir Path pages) throws Exception {
        DocumentationTool javadoc = ToolProvider.getSystemDocumentationTool();
        try (StandardJavaFileManager files = javadoc.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.list(Path.of("src/main/java/io/weir"))) {
            StringWriter said = new StringWriter();
            List<Path> types = sources.filter(Files::isRegularFile).toList();
            List<String> options =
                    List.of("-Xdoclint:all", "-quiet", "-Xwerror", "-d", pages.toString());
            boolean made =
                    javadoc.getTask(
                                    said,
                                    files,
                                    null,
                                    null,
                                    options,
                                    files.getJavaFileObjectsFromPaths(types))
                            .call();
            assertThat(said.toString()).isEmpty();
            assertThat(made).isTrue();
        }
    }

    private static Stream<String> signatures(Class<?> type) {
        return Stream.of(
                        Stream.of(type.toGenericString()),
                        Stream.of(type.getGenericInterfaces())
                                .map(i -> type.getName() + " is " + i.getTypeName()),
                        Stream.of(type.getDeclaredFields())
                                .filter(PublicApiTest::isSeen)
                                .map(Field::toGenericString),
                        Stream.of(type.getDeclaredConstructors())
                                .filter(PublicApiTest::isSeen)
                                .map(Constructor::toGenericString),
                        Stream.of(type.getDeclaredMethods())
                                .filter(PublicApiTest::isSeen)
                                .map(PublicApiTest::signature))
                .flatMap(lines -> lines);
    }

    private static String signature(Method method) {
        Object usual = method.getDefaultValue();
        return method.toGenericString()
                + (usual instanceof Object[] values
                        ? " default " + Arrays.toString(values)
                        : usual == null ? "" : " default " + usual);
    }

    private static boolean isSeen(Member member) {
        return !member.isSynthetic()
                && (Modifier.isPublic(member.getModifiers())
                        || Modifier.isProtected(member.getModifiers()));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.getName().endsWith("package-info")
                && type.getEnclosingClass().map(PublicApiTest::isPublic).orElse(true);
    }
}
