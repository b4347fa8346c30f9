package io.weir.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * A folder in which a release was staged, by the line of docs/release.md, from a copy of the tree.
 *
 * @param folder a repository in the layout of Maven
 */
record Staged(Path folder) {

    static final String VERSION = version();

    /** The artifacts, and whether each has a jar. */
    static final Map<String, Boolean> ARTIFACTS =
            Map.of(
                    "weir", true,
                    "weir-redisson", true,
                    "weir-console", true,
                    "weir-testing", true,
                    "weir-bom", false,
                    "weir-parent", false);

    static Staged from(String copy, PgpKey key, Map<String, String> further) throws IOException {
        Path tree = tree(copy);
        Map<String, String> environment = new java.util.HashMap<>(further);
        environment.put("MAVEN_GPG_KEY", key.armored());
        Processes.maven(
                tree,
                environment,
                "-f",
                "everything.xml",
                "-Prelease",
                "-pl",
                "isolated,console,testing,bom",
                "-am",
                "-Dmaven.test.skip",
                "deploy");
        return new Staged(tree.resolve("parent/target/staging"));
    }

    /** The files that Git knows or would take, as they are now. */
    private static Path tree(String copy) throws IOException {
        Path tree = Processes.WORK.resolve(copy);
        delete(tree);
        String files = Processes.git(Processes.ROOT, "ls-files", "-co", "--exclude-standard");
        for (String file : files.lines().toList()) {
            Path from = Processes.ROOT.resolve(file);
            if (Files.isRegularFile(from)) {
                Path to = tree.resolve(file);
                Files.createDirectories(to.getParent());
                Files.copy(from, to);
            }
        }
        return tree;
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException e)
                            throws IOException {
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    Path file(String artifact, String ending) {
        return folder.resolve(
                "io/weir/" + artifact + "/" + VERSION + "/" + artifact + "-" + VERSION + ending);
    }

    /** Everything but checksums, signatures, and what a repository writes about itself. */
    List<Path> files() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(
                            file ->
                                    !file.toString()
                                            .matches(".*(\\.(asc|md5|sha1)|maven-metadata\\.xml)"))
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Element xml(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }

    /** The text below an element, along names; empty where there is none. */
    static String text(Element element, String... names) {
        Element at = element;
        for (String name : names) {
            Element child = null;
            for (var n = at.getFirstChild(); n != null; n = n.getNextSibling()) {
                if (n instanceof Element found && found.getTagName().equals(name)) {
                    child = child == null ? found : child;
                }
            }
            if (child == null) {
                return "";
            }
            at = child;
        }
        return at.getTextContent().strip();
    }

    private static String version() {
        return text(xml(Processes.ROOT.resolve("parent/pom.xml")), "version");
    }
}
