package io.weir.cdi;

import io.weir.config.ConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The settings that an application brings along, as they are in its file now. */
final class PropertiesFile {

    private static final String NAME = "META-INF/weir.properties";

    private final @Nullable URL place;
    private volatile Properties properties = new Properties();

    /**
     * Reads it, if there is one.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    PropertiesFile(ClassLoader application) {
        place = application.getResource(NAME);
        try {
            read();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + NAME, e);
        }
    }

    /** Reads it again; what cannot be read now stays as it was. */
    void refresh() {
        try {
            read();
        } catch (IOException | IllegalArgumentException e) {
            // Somebody may be writing it.
        }
    }

    private void read() throws IOException {
        if (place != null) {
            URLConnection connection = place.openConnection();
            connection.setUseCaches(false); // of jars
            Properties fresh = new Properties();
            try (InputStream in = connection.getInputStream()) {
                fresh.load(in);
            }
            properties = fresh;
        }
    }

    ConfigSource source() {
        return ConfigSource.of(
                NAME, name -> properties.getProperty(name), () -> properties.stringPropertyNames());
    }
}
