package io.weir.shop;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The source of the catalogue, in place of a database: names by number, and of what SHOP_PRODUCTS
 * names, a file of properties that several shops may share, the names that are others by now.
 */
@ApplicationScoped
public class Products {

    private static final Map<Long, String> NAMES =
            new TreeMap<>(
                    Map.of(
                            1L, "Brass kettle",
                            2L, "Walnut chessboard",
                            3L, "Wool blanket",
                            4L, "Copper lantern",
                            5L, "Field notebook",
                            6L, "Enamel teapot"));

    private final Map<Long, String> renamed = new ConcurrentHashMap<>();
    private final Optional<Path> file =
            Optional.ofNullable(System.getenv("SHOP_PRODUCTS")).map(Path::of);

    /**
     * All of them.
     *
     * @return the numbers, in order
     */
    public Set<Long> numbers() {
        return new TreeSet<>(NAMES.keySet());
    }

    /**
     * Whether there is such a product.
     *
     * @param id its number
     * @return true if there is
     */
    public boolean isThere(long id) {
        return NAMES.containsKey(id);
    }

    /**
     * The name as it is now.
     *
     * @param id its number
     * @return empty if there is no such product
     */
    public Optional<String> name(long id) {
        String before = NAMES.get(id);
        return before == null
                ? Optional.empty()
                : Optional.of(
                        file.map(Products::read)
                                .map(names -> names.getProperty(Long.toString(id)))
                                .orElse(renamed.getOrDefault(id, before)));
    }

    /**
     * Gives a product another name.
     *
     * @param id its number
     * @param name the name
     */
    public synchronized void rename(long id, String name) {
        renamed.put(id, name);
        file.ifPresent(
                to -> {
                    Properties names = read(to);
                    names.setProperty(Long.toString(id), name);
                    write(to, names);
                });
    }

    private static Properties read(Path file) {
        Properties names = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                names.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    private static void write(Path file, Properties names) {
        try (Writer writer = Files.newBufferedWriter(file)) {
            names.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
