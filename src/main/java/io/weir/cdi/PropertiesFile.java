package io.weir.cdi;

import io.weir.config.ConfigSource;
import io.weir.config.ProblemCode;
import io.weir.config.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The settings that an application brings along, as they are in its files now. */
final class PropertiesFile {

    private static final String NAME = "META-INF/weir.properties";

    /** In the order of the class loader: the first that has a setting says it. */
    private final List<URL> places;

    private volatile Properties properties = new Properties();

    /**
     * Reads all there are.
     *
     * @throws UncheckedIOException if one cannot be read
     */
    PropertiesFile(ClassLoader application, Problems problems) {
        try {
            places = Collections.list(application.getResources(NAME)).stream().distinct().toList();
            properties = read(problems);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + NAME, e);
        }
    }

    /** Reads them again; what cannot be read now stays as it was. */
    void refresh() {
        try {
            properties = read(new Problems());
        } catch (IOException | IllegalArgumentException e) {
            // Somebody may be writing it.
        }
    }

    private Properties read(Problems problems) throws IOException {
        Properties all = new Properties();
        Map<String, URL> origins = new HashMap<>();
        for (URL place : places) {
            Properties one = read(place);
            for (String name : one.stringPropertyNames()) {
                String text = one.getProperty(name);
                URL before = origins.putIfAbsent(name, place);
                if (before == null) {
                    all.setProperty(name, text);
                } else if (!text.strip().equals(all.getProperty(name).strip())) {
                    problems.add(
                            ProblemCode.SETTING_TWICE,
                            name,
                            "one text in " + before + ", another in " + place);
                }
            }
        }
        return all;
    }

    private static Properties read(URL place) throws IOException {
        URLConnection connection = place.openConnection();
        connection.setUseCaches(false); // of jars
        Properties one = new Properties();
        try (InputStream in = connection.getInputStream()) {
            one.load(in);
        }
        return one;
    }

    /** What they say together, as it was read last. */
    Properties properties() {
        return properties;
    }

    ConfigSource source() {
        return ConfigSource.of(
                NAME, name -> properties.getProperty(name), () -> properties.stringPropertyNames());
    }
}
