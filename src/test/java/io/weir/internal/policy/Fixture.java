package io.weir.internal.policy;

import io.weir.CountWhen;
import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;

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

    /** An annotation at a place. */
    record Use(String where, RateLimited annotation) {

        Optional<Policy> declare(PolicyRegistry registry, Problems problems) {
            return registry.declare(where, annotation, problems).map(Supplier::get);
        }
    }

    /** An annotation as the compiler makes it. */
    @SuppressWarnings("BadAnnotationImplementation") // a record has equals and hashCode
    record Written(
            String name,
            String value,
            String key,
            long cost,
            String costBean,
            OnRefusal onRefusal,
            OnOutage onOutage,
            CountWhen countWhen,
            String failureStatus,
            boolean foldIds)
            implements RateLimited {

        @Override
        public Class<? extends Annotation> annotationType() {
            return RateLimited.class;
        }
    }

    static Use at(String where, String name, String limit) {
        return new Use(
                where,
                new Written(
                        name,
                        limit,
                        "",
                        1,
                        "",
                        OnRefusal.THROW,
                        OnOutage.LOCAL,
                        CountWhen.ALWAYS,
                        "",
                        false));
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
