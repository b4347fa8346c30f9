package io.weir.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** What a run leaves for the table of the README, beside its reports. */
final class Written {

    private Written() {}

    static void write(String name, Map<String, String> values) {
        Properties properties = new Properties();
        properties.putAll(values);
        Path file = Path.of(System.getProperty("server.reports"), name + ".properties");
        try {
            Files.createDirectories(file.getParent());
            try (Writer out = Files.newBufferedWriter(file)) {
                properties.store(out, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
