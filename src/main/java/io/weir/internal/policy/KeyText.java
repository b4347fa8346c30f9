package io.weir.internal.policy;

import io.weir.KeySource;
import io.weir.KeySource.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Keys as text: {@code client}, {@code header:X-Api-Key+path:id}. Stateless. */
final class KeyText {

    /** A field name: token of RFC 9110, section 5.6.2. */
    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern BEAN = Pattern.compile("[!-~]+");

    private static final List<String> WORDS =
            Arrays.stream(Kind.values()).map(KeyText::word).toList();

    /** What other rate limiters call these. */
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "ip", "client",
                    "address", "client",
                    "remote-addr", "client",
                    "user", "principal",
                    "username", "principal",
                    "all", "global");

    private KeyText() {}

    /** Reads a key; empty if anything is wrong, and each wrong part has been reported. */
    static Optional<List<KeySource>> parse(Text text) {
        List<KeySource> sources = new ArrayList<>();
        boolean good = true;
        for (String item : text.value().split("\\+", -1)) {
            String part = item.strip();
            Optional<KeySource> source = parsePart(part, text);
            good &= source.isPresent();
            if (source.isPresent()) {
                if (sources.stream().anyMatch(s -> same(s, source.get()))) {
                    good = false;
                    text.refuse(
                            ProblemCode.KEY_TEXT,
                            Problems.quote(part) + " a second time",
                            "each part once",
                            Optional.empty());
                }
                sources.add(source.get());
            }
        }
        return good ? Optional.of(List.copyOf(sources)) : Optional.empty();
    }

    private static Optional<KeySource> parsePart(String part, Text text) {
        int colon = part.indexOf(':');
        String word = (colon < 0 ? part : part.substring(0, colon)).strip();
        String name = colon < 0 ? "" : part.substring(colon + 1).strip();
        Optional<Kind> kind =
                Arrays.stream(Kind.values()).filter(k -> word(k).equalsIgnoreCase(word)).findAny();
        if (kind.isEmpty()) {
            String plain = word.toLowerCase(Locale.ROOT);
            return text.refuse(
                    ProblemCode.KEY_TEXT,
                    part.isEmpty()
                            ? Problems.quote(text.value()) + " (nothing where a part should be)"
                            : Problems.quote(part),
                    ProblemCode.KEY_TEXT.expected(),
                    Optional.ofNullable(ELSEWHERE.get(plain))
                            .or(() -> DidYouMean.nearest(plain, WORDS))
                            .map(DidYouMean::asking));
        }
        String expected =
                switch (kind.get()) {
                    case CLIENT, PRINCIPAL, GLOBAL -> colon < 0 ? "" : word(kind.get()) + " alone";
                    case HEADER ->
                            TOKEN.matcher(name).matches()
                                    ? ""
                                    : "header: and the name of a request header, such as"
                                            + " header:X-Api-Key";
                    case PATH ->
                            PARAMETER.matcher(name).matches()
                                    ? ""
                                    : "path: and the name of a path parameter, such as path:id"
                                            + " for /products/{id}";
                    case BEAN ->
                            BEAN.matcher(name).matches()
                                    ? ""
                                    : "bean: and the @Named name of a KeyResolver, such as"
                                            + " bean:tenant";
                };
        return expected.isEmpty()
                ? Optional.of(new KeySource(kind.get(), name))
                : text.refuse(
                        ProblemCode.KEY_TEXT, Problems.quote(part), expected, Optional.empty());
    }

    private static boolean same(KeySource a, KeySource b) {
        return a.kind() == b.kind()
                && (a.kind() == Kind.HEADER
                        ? a.name().equalsIgnoreCase(b.name())
                        : a.name().equals(b.name()));
    }

    /** Writes a key so that {@link #parse} reads the same. */
    static String format(List<KeySource> key) {
        return key.stream()
                .map(s -> s.kind().named() ? word(s.kind()) + ":" + s.name() : word(s.kind()))
                .collect(Collectors.joining("+"));
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
