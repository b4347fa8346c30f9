package io.weir.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The version of before, built from the history of the repository: a jar in the repository would be
 * one that nobody can review.
 *
 * @param weir the jar that applications had
 * @param testing the test kit of it
 */
record Baseline(Path weir, Path testing) {

    static final String COMMIT = System.getProperty("baseline");

    static Baseline built() throws IOException {
        Path tree = Processes.WORK.resolve("baseline");
        Staged.delete(tree);
        Files.createDirectories(tree);
        Path zip = Processes.WORK.resolve("baseline.zip");
        try {
            Processes.git(Processes.ROOT, "archive", "--format=zip", "--output=" + zip, COMMIT);
        } catch (AssertionError e) {
            throw new AssertionError(
                    "the history does not have "
                            + COMMIT
                            + ", which today's jar is compared with: clone all of it, or name"
                            + " another commit with -Dbaseline=",
                    e);
        }
        unpack(zip, tree);
        Processes.maven(
                tree,
                Map.of(),
                "-f",
                "everything.xml",
                "-pl",
                "isolated,testing",
                "-am",
                "-Dmaven.test.skip",
                "package");
        return new Baseline(
                jar(tree.resolve("isolated/target"), "weir"),
                jar(tree.resolve("testing/target"), "weir-testing"));
    }

    private static Path jar(Path directory, String artifact) throws IOException {
        try (var files = Files.newDirectoryStream(directory, artifact + "-[0-9]*.jar")) {
            return files.iterator().next();
        }
    }

    private static void unpack(Path zip, Path tree) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                Path to = tree.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(to);
                } else {
                    Files.createDirectories(to.getParent());
                    try (InputStream in = file.getInputStream(entry)) {
                        Files.copy(in, to);
                    }
                }
            }
        }
    }
}
