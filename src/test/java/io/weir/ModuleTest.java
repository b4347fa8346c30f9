package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A WAR has no module path: what the module says is tested here, and nowhere else. */
class ModuleTest {

    private static final Path CLASSES = Path.of("target/classes");
    private static final ModuleFinder FINDER = ModuleFinder.of(CLASSES);
    private static final ModuleDescriptor WEIR = FINDER.find("io.weir").orElseThrow().descriptor();

    @Test
    void applicationsSeeOnePackage() {
        assertThat(WEIR.exports())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder(
                        "io.weir", "io.weir.internal.operator to [io.weir.console]");
    }

    @Test
    void itIsThereWithoutAnythingThatIsOptional() throws Exception {
        Configuration alone =
                ModuleLayer.boot()
                        .configuration()
                        .resolve(FINDER, ModuleFinder.of(), Set.of("io.weir"));
        Module module =
                ModuleLayer.defineModulesWithOneLoader(
                                alone, List.of(ModuleLayer.boot()), getClass().getClassLoader())
                        .layer()
                        .findModule("io.weir")
                        .orElseThrow();
        assertThat(Class.forName(module, "io.weir.Policy").getModule()).isEqualTo(module);
        assertThat(module.isExported("io.weir.internal.count")).isFalse();
        assertThat(WEIR.requires().stream().filter(r -> !r.name().startsWith("j")))
                .allMatch(r -> r.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC));
    }
}
