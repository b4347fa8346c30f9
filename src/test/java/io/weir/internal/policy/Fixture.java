package io.weir.internal.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/** What the tests of this package share. */
final class Fixture {

    static final String WHERE = "io.shop.Products.get(long)";

    private Fixture() {}

    /** Settings as {@code name, value, name, value...} in META-INF/weir.properties. */
    static ConfigSource file(String... namesAndValues) {
        Properties properties = new Properties();
        map(namesAndValues).forEach(properties::setProperty);
        return ConfigSource.ofProperties("META-INF/weir.properties", properties);
    }

    static ConfigSource environment(String... namesAndValues) {
        return ConfigSource.ofEnvironment(map(namesAndValues));
    }

    private static Map<String, String> map(String... namesAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    static Declaration at(String where, String name, String limit) {
        return Declaration.plain(where, name, limit);
    }

    /** Reads a text that must be good. */
    static <T> T read(Function<Text, Optional<T>> parser, String text) {
        Problems problems = new Problems();
        Optional<T> value = parser.apply(new Text(text, WHERE, problems));
        if (value.isEmpty() || !problems.report().isEmpty()) {
            throw new AssertionError(text + " is refused: " + problems.report());
        }
        return value.get();
    }

    /** Reads a text that must be bad, and tells what is said about it. */
    static Problem refuse(Function<Text, ? extends Optional<?>> parser, String text) {
        Problems problems = new Problems();
        Optional<?> value = parser.apply(new Text(text, WHERE, problems));
        if (value.isPresent() || problems.errors().size() != 1) {
            throw new AssertionError(text + " gives " + value + ", " + problems.report());
        }
        return problems.errors().get(0);
    }
}
