package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The set of public types is a file: who adds one, adds it there, and says in the commit why. */
class PublicApiTest {

    @Test
    void thePublicTypesAreThoseInTheFile() throws Exception {
        List<String> published =
                new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages("io.weir")
                                .stream()
                                .filter(PublicApiTest::isPublic)
                                .map(JavaClass::getName)
                                .sorted()
                                .toList();
        assertThat(published)
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of("src/test/resources/public-types.txt")));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.getName().endsWith("package-info")
                && type.getEnclosingClass().map(PublicApiTest::isPublic).orElse(true);
    }
}
