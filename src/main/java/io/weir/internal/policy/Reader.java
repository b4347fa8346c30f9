package io.weir.internal.policy;

import io.weir.Policy.Conduct;
import io.weir.Policy.Price;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads settings one by one. What is absent or wrong is empty, and what is wrong is reported. */
final class Reader {

    private final ConfigSource source;
    private final Problems problems;
    private final Set<String> asked = new LinkedHashSet<>();

    /**
     * Makes a reader that has read nothing.
     *
     * @param source where settings come from
     * @param problems takes what is wrong
     */
    Reader(ConfigSource source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    /** The names of all settings that were asked for, in that order. */
    Set<String> asked() {
        return asked;
    }

    /** The text of a setting. */
    Optional<Text> text(String name) {
        asked.add(name);
        return source.value(name).map(given -> new Text(given.value(), given.where(), problems));
    }

    /** Reads a setting. */
    <T> Optional<ConfigValue<T>> read(String name, Function<Text, Optional<T>> parser) {
        return text(name)
                .flatMap(text -> parser.apply(text).map(v -> new ConfigValue<>(v, text.where())));
    }

    /** Reads a setting whose origin does not matter. */
    <T> Optional<T> value(String name, Function<Text, Optional<T>> parser) {
        return read(name, parser).map(ConfigValue::value);
    }

    static Optional<Boolean> bool(Text text) {
        return switch (text.value().toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> text.refuse("true or false");
        };
    }

    static Function<Text, Optional<Integer>> integer(int least, int most) {
        return text ->
                integer(text.value(), least, most)
                        .or(() -> text.refuse("a number from " + least + " to " + most));
    }

    /** A number within bounds; empty if it is none. */
    static Optional<Integer> integer(String digits, int least, int most) {
        try {
            return Optional.of(Integer.valueOf(digits)).filter(n -> n >= least && n <= most);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** For how long permits may be taken ahead. */
    static Optional<Duration> lease(Text text) {
        return DurationText.parse(text.value())
                .filter(lease -> lease.equals(Duration.ofMillis(lease.toMillis())))
                .filter(lease -> lease.compareTo(Conduct.MAX_LEASE) <= 0)
                .or(() -> text.refuse("a time of at most 10s, such as 100ms; 0s for none"));
    }

    /** Permits, or the bean that says how many: {@code bean:NAME}. */
    static Optional<Price> cost(Text text) {
        String bean = "bean:";
        String value = text.value();
        if (value.startsWith(bean) && value.length() > bean.length()) {
            return Optional.of(new Price(1, value.substring(bean.length()).strip()));
        }
        return integer(value, 1, Integer.MAX_VALUE)
                .map(permits -> new Price(permits, ""))
                .or(() -> text.refuse("a number from 1 to 2147483647, or bean:NAME"));
    }

    /** One of an enum's values; case does not count, and {@code _} is as good as {@code -}. */
    static <E extends Enum<E>> Function<Text, Optional<E>> oneOf(Class<E> type) {
        List<String> words = words(type);
        return text ->
                find(type, text.value())
                        .or(
                                () ->
                                        text.refuse(
                                                ProblemCode.SETTING_VALUE,
                                                text.quoted(),
                                                String.join(", or ", words),
                                                DidYouMean.hint(text.value(), words)));
    }

    /** The value that a word stands for. */
    static <E extends Enum<E>> Optional<E> find(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(v -> word(v).equals(hyphens(word)))
                .findAny();
    }

    /** How the values of an enum are written. */
    static <E extends Enum<E>> List<String> words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Reader::word).toList();
    }

    /** Some of an enum's values, separated by commas; as many as there are at most. */
    static <E extends Enum<E>> Function<Text, Optional<Set<E>>> someOf(Class<E> type) {
        return text -> text.each(",", oneOf(type)).map(Set::copyOf);
    }

    /** How a value of an enum is written. */
    static String word(Enum<?> value) {
        return hyphens(value.name());
    }

    private static String hyphens(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<String> printable(Text text) {
        return text.value().chars().allMatch(c -> c >= 0x20 && c < 0x7f)
                ? Optional.of(text.value())
                : text.refuse("printable ASCII");
    }

    static Optional<String> token(Text text) {
        return KeyText.TOKEN.matcher(text.value()).matches()
                ? Optional.of(text.value())
                : text.refuse("the name of one header field, such as X-Forwarded-For");
    }
}
