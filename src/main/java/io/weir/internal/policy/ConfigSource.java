package io.weir.internal.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from: a function from a setting's name to its text, and the names that are
 * known. Several are ranked into one. Every look-up asks anew, so a source is as thread-safe and as
 * current as what it was made of.
 *
 * <p>Blanks at the ends of a text do not count, and a text of nothing but blanks is as good as
 * none: the next source is asked.
 */
public final class ConfigSource {

    /** Names of settings begin with this. */
    static final String PREFIX = "weir.";

    private final Function<String, Optional<ConfigValue<String>>> lookup;
    private final Supplier<Set<String>> names;

    private ConfigSource(
            Function<String, Optional<ConfigValue<String>>> lookup, Supplier<Set<String>> names) {
        this.lookup = lookup;
        this.names = names;
    }

    /**
     * A source that is a function, such as MicroProfile Config.
     *
     * @param origin what messages call it, such as {@code MicroProfile Config}
     * @param lookup the text of a setting, null or blank if there is none
     * @param names the names that are known, to find policies and slips of the pen
     * @return the source
     */
    public static ConfigSource of(
            String origin,
            Function<String, @Nullable String> lookup,
            Supplier<? extends Iterable<String>> names) {
        return of(name -> origin, lookup, names);
    }

    /**
     * A source that is made of others and knows which of them gave a setting.
     *
     * @param origin what messages call the source of a setting that has a text
     * @param lookup the text of a setting, null or blank if there is none
     * @param names the names that are known, to find policies and slips of the pen
     * @return the source
     */
    public static ConfigSource of(
            UnaryOperator<String> origin,
            Function<String, @Nullable String> lookup,
            Supplier<? extends Iterable<String>> names) {
        return new ConfigSource(
                name -> given(lookup.apply(name), name, () -> origin.apply(name)),
                () -> {
                    Set<String> all = new LinkedHashSet<>();
                    names.get().forEach(all::add);
                    return all;
                });
    }

    /**
     * A source of properties.
     *
     * @param origin what messages call it, such as {@code META-INF/weir.properties}
     * @param properties the properties, read at each look-up
     * @return the source
     */
    public static ConfigSource ofProperties(String origin, Properties properties) {
        return of(origin, properties::getProperty, properties::stringPropertyNames);
    }

    /**
     * The environment. A setting is looked up as MicroProfile Config does: by its exact name, then
     * with {@code _} for everything but ASCII letters and digits, then that in upper case.
     *
     * @param environment the environment's variables
     * @return the source
     */
    public static ConfigSource ofEnvironment(Map<String, String> environment) {
        return new ConfigSource(
                name ->
                        Stream.of(name, underscores(name), environmentName(name))
                                .flatMap(variable -> variable(environment, variable, name).stream())
                                .findFirst(),
                environment::keySet);
    }

    private static Optional<ConfigValue<String>> variable(
            Map<String, String> environment, String variable, String name) {
        return given(environment.get(variable), name, () -> "environment variable " + variable);
    }

    /**
     * Several sources as one.
     *
     * @param highestFirst the sources; an earlier one wins
     * @return the source
     */
    public static ConfigSource ranked(ConfigSource... highestFirst) {
        List<ConfigSource> sources = List.of(highestFirst);
        return new ConfigSource(
                name -> sources.stream().flatMap(s -> s.value(name).stream()).findFirst(),
                () -> {
                    Set<String> all = new LinkedHashSet<>();
                    sources.forEach(s -> all.addAll(s.names()));
                    return all;
                });
    }

    /** The text of a setting, and where it was given. */
    Optional<ConfigValue<String>> value(String name) {
        return lookup.apply(name);
    }

    /** The names that are known; those of the environment as they stand there. */
    Set<String> names() {
        return names.get();
    }

    /**
     * The same in order, but those that MicroProfile Config lists a second time: some of its
     * implementations guess at the setting that a variable stands for.
     */
    SortedSet<String> written() {
        Set<String> all = names();
        SortedSet<String> written = new TreeSet<>(all);
        written.removeIf(
                name -> !name.equals(environmentName(name)) && all.contains(environmentName(name)));
        return written;
    }

    /** The name that configures a setting from the environment of most systems. */
    static String environmentName(String name) {
        return underscores(name).toUpperCase(Locale.ROOT);
    }

    private static String underscores(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }

    private static Optional<ConfigValue<String>> given(
            @Nullable String text, String name, Supplier<String> whose) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        String origin = whose.get();
        String where = origin.endsWith(" " + name) ? origin : name + " (" + origin + ")";
        return Optional.of(new ConfigValue<>(text.strip(), where));
    }
}
