package io.weir.internal.app;

import io.weir.internal.policy.ConfigSource;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** The settings that an application brings along, as they are in its files now. */
final class PropertiesFile {

    private static final String NAME = "META-INF/weir.properties";

    /**
     * In the order of the class loader, but what is shared with other modules behind what is not:
     * the first that has a setting says it.
     */
    private final List<URL> places;

    /** How many of them are not shared. */
    private final int own;

    private volatile Properties properties = new Properties();

    /**
     * Reads all there are.
     *
     * @param loaders find all of them
     * @param shared find those that other modules have, too
     * @throws UncheckedIOException if one cannot be read
     */
    PropertiesFile(List<ClassLoader> loaders, List<ClassLoader> shared, Problems problems) {
        try {
            Map<String, URL> all = places(loaders);
            Map<String, URL> others = new LinkedHashMap<>(all);
            others.keySet().retainAll(places(shared).keySet());
            all.keySet().removeAll(others.keySet());
            own = all.size();
            places = Stream.concat(all.values().stream(), others.values().stream()).toList();
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
        Map<String, Integer> origins = new HashMap<>();
        for (int i = 0; i < places.size(); i++) {
            Properties one = read(places.get(i));
            for (String name : one.stringPropertyNames()) {
                String text = one.getProperty(name);
                Integer before = origins.putIfAbsent(name, i);
                if (before == null) {
                    all.setProperty(name, text);
                } else if ((before < own) == (i < own)
                        && !text.strip().equals(all.getProperty(name).strip())) {
                    problems.add(
                            ProblemCode.SETTING_TWICE,
                            name,
                            "one text in " + places.get(before) + ", another in " + places.get(i));
                }
            }
        }
        return all;
    }

    private static Map<String, URL> places(List<ClassLoader> loaders) throws IOException {
        Map<String, URL> places = new LinkedHashMap<>();
        for (ClassLoader loader : loaders) {
            for (URL place : Collections.list(loader.getResources(NAME))) {
                places.putIfAbsent(place.toString(), place);
            }
        }
        return places;
    }

    private static Properties read(URL place) throws IOException {
        URLConnection connection = place.openConnection();
        connection.setUseCaches(false); // of jars
        Properties one = new Properties();
        try (InputStream in = connection.getInputStream()) {
            one.load(new StringReader(text(in.readAllBytes())));
        }
        return one;
    }

    /** UTF-8, which some editors begin with a mark; else what such files were once. */
    private static String text(byte[] bytes) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
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
