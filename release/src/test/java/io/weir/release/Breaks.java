package io.weir.release;

import japicmp.cmp.JApiCmpArchive;
import japicmp.cmp.JarArchiveComparator;
import japicmp.cmp.JarArchiveComparatorOptions;
import japicmp.filter.JavadocLikePackageFilter;
import japicmp.model.AccessModifier;
import japicmp.model.JApiClass;
import japicmp.model.JApiCompatibility;
import japicmp.model.JApiCompatibilityChange;
import japicmp.model.JApiCompatibilityChangeType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a newer jar takes away from those who were compiled against an older one. */
final class Breaks {

    /** What applications implement: a method more that they have not is one break, too. */
    private static final Set<String> IMPLEMENTED =
            Set.of(
                    "io.weir.CostResolver",
                    "io.weir.DecisionListener",
                    "io.weir.KeyResolver",
                    "io.weir.PlanResolver",
                    "io.weir.RefusalResponse",
                    "io.weir.Settled");

    private Breaks() {}

    /**
     * Compares one package.
     *
     * @return one line for each break; empty if there is none
     */
    static List<String> between(Path older, Path newer, String javaPackage) {
        JarArchiveComparatorOptions options = new JarArchiveComparatorOptions();
        options.setAccessModifier(AccessModifier.PROTECTED);
        options.getFilters().getIncludes().add(new JavadocLikePackageFilter(javaPackage, true));
        options.getIgnoreMissingClasses().setIgnoreAllMissingClasses(true);
        List<JApiClass> classes =
                new JarArchiveComparator(options)
                        .compare(
                                new JApiCmpArchive(older.toFile(), "older"),
                                new JApiCmpArchive(newer.toFile(), "newer"));
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("nothing to compare in " + javaPackage);
        }
        List<String> breaks = new ArrayList<>();
        for (JApiClass type : classes) {
            Stream.of(
                            Stream.of(type),
                            type.getMethods().stream(),
                            type.getConstructors().stream(),
                            type.getFields().stream(),
                            type.getInterfaces().stream(),
                            Stream.of(type.getSuperclass()))
                    .flatMap(parts -> parts)
                    .forEach(
                            part ->
                                    part.getCompatibilityChanges().stream()
                                            .filter(change -> breaks(type, change))
                                            .forEach(
                                                    change ->
                                                            breaks.add(line(type, part, change))));
        }
        return breaks.stream().distinct().toList();
    }

    private static boolean breaks(JApiClass type, JApiCompatibilityChange change) {
        return !change.isBinaryCompatible()
                || (change.getType() == JApiCompatibilityChangeType.METHOD_ADDED_TO_INTERFACE
                        && IMPLEMENTED.contains(type.getFullyQualifiedName()));
    }

    private static String line(
            JApiClass type, JApiCompatibility part, JApiCompatibilityChange change) {
        return type.getFullyQualifiedName()
                + ": "
                + change.getType()
                + (part == type ? "" : " " + part);
    }
}
