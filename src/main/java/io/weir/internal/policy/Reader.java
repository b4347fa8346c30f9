package io.weir.internal.policy;

import io.weir.Policy.Price;
import io.weir.internal.address.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads settings one by one. What is absent or wrong is empty, and what is wrong is reported.
 *
 * @param source where settings come from
 * @param problems takes what is wrong
 */
record Reader(ConfigSource source, Problems problems) {

    private static final String METHODS = "HTTP methods separated by commas, such as GET, POST";

    /** IANA's registry of HTTP methods, likelier ones first, and what caches and UPnP add. */
    private static final List<String> KNOWN_METHODS =
            List.of(
                    "GET",
                    "POST",
                    "PUT",
                    "DELETE",
                    "PATCH",
                    "HEAD",
                    "OPTIONS",
                    "QUERY",
                    "TRACE",
                    "CONNECT",
                    "PROPFIND",
                    "PROPPATCH",
                    "MKCOL",
                    "COPY",
                    "MOVE",
                    "LOCK",
                    "UNLOCK",
                    "REPORT",
                    "SEARCH",
                    "ACL",
                    "BASELINE-CONTROL",
                    "BIND",
                    "CHECKIN",
                    "CHECKOUT",
                    "LABEL",
                    "LINK",
                    "MERGE",
                    "MKACTIVITY",
                    "MKCALENDAR",
                    "MKREDIRECTREF",
                    "MKWORKSPACE",
                    "ORDERPATCH",
                    "PRI",
                    "REBIND",
                    "UNBIND",
                    "UNCHECKOUT",
                    "UNLINK",
                    "UPDATE",
                    "UPDATEREDIRECTREF",
                    "VERSION-CONTROL",
                    "PURGE",
                    "BAN",
                    "SUBSCRIBE",
                    "UNSUBSCRIBE",
                    "NOTIFY",
                    "M-SEARCH");

    /** Reads a setting. */
    <T> Optional<Given<T>> read(String name, Function<Text, Optional<T>> parser) {
        return source.value(name)
                .flatMap(
                        given ->
                                parser.apply(new Text(given.value(), given.where(), problems))
                                        .map(value -> new Given<>(value, given.where())));
    }

    /** Reads a setting whose origin does not matter. */
    <T> Optional<T> value(String name, Function<Text, Optional<T>> parser) {
        return read(name, parser).map(Given::value);
    }

    static Optional<Boolean> bool(Text text) {
        return switch (text.value().toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> text.refuse("true or false");
        };
    }

    static Function<Text, Optional<Integer>> integer(int least, int most) {
        return text -> {
            try {
                int number = Integer.parseInt(text.value());
                if (number >= least && number <= most) {
                    return Optional.of(number);
                }
            } catch (NumberFormatException e) {
                // The same answer as to a number out of bounds.
            }
            return text.refuse("a number from " + least + " to " + most);
        };
    }

    /** Permits, or the bean that says how many: {@code bean:NAME}. */
    static Optional<Price> cost(Text text) {
        String value = text.value();
        if (value.startsWith("bean:") && value.length() > "bean:".length()) {
            return Optional.of(new Price(1, value.substring("bean:".length()).strip()));
        }
        try {
            int permits = Integer.parseInt(value);
            if (permits >= 1) {
                return Optional.of(new Price(permits, ""));
            }
        } catch (NumberFormatException e) {
            // The same answer as to a number out of bounds.
        }
        return text.refuse("a number from 1 to " + Integer.MAX_VALUE + ", or bean:NAME");
    }

    /** One of an enum's values; case does not count, and {@code _} is as good as {@code -}. */
    static <E extends Enum<E>> Function<Text, Optional<E>> oneOf(Class<E> type) {
        return text -> {
            E[] values = type.getEnumConstants();
            Optional<E> value =
                    Arrays.stream(values)
                            .filter(v -> word(v).equals(hyphens(text.value())))
                            .findAny();
            if (value.isPresent()) {
                return value;
            }
            List<String> words = Arrays.stream(values).map(Reader::word).toList();
            return text.refuse(
                    ProblemCode.SETTING_VALUE,
                    Problems.quote(text.value()),
                    words.stream().collect(Collectors.joining(", or ")),
                    DidYouMean.hint(text.value(), words));
        };
    }

    /** Some of an enum's values, separated by commas; as many as there are at most. */
    static <E extends Enum<E>> Function<Text, Optional<Set<E>>> someOf(Class<E> type) {
        return text -> {
            Set<E> values = new LinkedHashSet<>();
            for (String item : text.value().split(",", -1)) {
                Optional<E> value =
                        oneOf(type).apply(new Text(item.strip(), text.where(), text.problems()));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values.add(value.get());
            }
            return Optional.of(values);
        };
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

    /** HTTP methods, upper case as they are on the wire. */
    static Optional<List<String>> methods(Text text) {
        Set<String> methods = new LinkedHashSet<>();
        for (String item : text.value().split(",", -1)) {
            String method = item.strip();
            if (!KeyText.TOKEN.matcher(method).matches()) {
                return text.refuse(METHODS);
            }
            String upper = method.toUpperCase(Locale.ROOT);
            if (!KNOWN_METHODS.contains(upper)) {
                Optional<String> hint = DidYouMean.hint(method, KNOWN_METHODS);
                if (hint.isPresent() || !method.equals(upper)) {
                    return text.refuse(
                            ProblemCode.SETTING_VALUE, Problems.quote(method), METHODS, hint);
                }
                text.problems()
                        .add(
                                new Problem(
                                        Problem.Severity.WARNING,
                                        ProblemCode.SETTING_VALUE,
                                        text.where(),
                                        Problems.quote(method)
                                                + ", which is no method of a standard",
                                        METHODS + "; the policy limits this one all the same",
                                        Optional.empty()));
            }
            methods.add(upper);
        }
        return Optional.of(List.copyOf(methods));
    }

    /** Paths of the application, separated by commas. */
    static Optional<List<String>> paths(Text text) {
        List<String> paths = new ArrayList<>();
        for (String item : text.value().split(",", -1)) {
            Optional<String> path = path(new Text(item.strip(), text.where(), text.problems()));
            if (path.isEmpty()) {
                return Optional.empty();
            }
            paths.add(path.get());
        }
        return Optional.of(paths);
    }

    /** Some networks, but not all there are. */
    static Optional<List<Cidr>> networks(Text text) {
        List<Cidr> networks = new ArrayList<>();
        for (String item : text.value().split(",", -1)) {
            try {
                Cidr network = Cidr.parse(item.strip());
                if (!network.everything()) {
                    networks.add(network);
                    continue;
                }
            } catch (IllegalArgumentException e) {
                // The same answer as to everything.
            }
            return text.refuse(
                    ProblemCode.SETTING_VALUE,
                    Problems.quote(item.strip()),
                    "CIDRs or single addresses, separated by commas, such as 10.0.0.0/8,"
                            + " 2001:db8::1; not every address: mode=off is for that",
                    Optional.empty());
        }
        return Optional.of(networks);
    }

    /** A path of the application: {@code /search}, {@code /api/*}, {@code /products/{id}}. */
    static Optional<String> path(Text text) {
        String path = text.value();
        boolean good = path.startsWith("/") && path.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        Set<String> parameters = new LinkedHashSet<>();
        if (good && !path.equals("/")) {
            String[] segments = path.substring(1).split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                boolean last = i == segments.length - 1;
                String segment = segments[i];
                if (segment.matches("\\{[A-Za-z0-9_][A-Za-z0-9_.-]*}")) {
                    good &= parameters.add(segment);
                } else {
                    good &= segment.equals("*") ? last : !segment.matches(".*[*{}?#;].*");
                    good &= last || !segment.isEmpty();
                    good &= !segment.equals(".") && !segment.equals("..");
                }
            }
        }
        return good
                ? Optional.of(path)
                : text.refuse(
                        "a path within the application, such as /search, /api/* or"
                                + " /products/{id}");
    }
}
