package io.weir.internal.policy;

import io.weir.KeySource;
import io.weir.KeySource.Kind;
import java.util.ArrayList;
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

    private static final List<String> WORDS = Reader.words(Kind.class);

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
        List<KeySource> before = new ArrayList<>();
        return text.each(
                "\\+", part -> parsePart(part, text).filter(source -> isNew(source, before, part)));
    }

    private static boolean isNew(KeySource source, List<KeySource> before, Text part) {
        boolean known = before.stream().anyMatch(other -> same(other, source));
        if (known) {
            part.refuse(ProblemCode.KEY_TEXT, part.quoted() + " a second time", "each part once");
        }
        before.add(source);
        return !known;
    }

    private static Optional<KeySource> parsePart(Text part, Text text) {
        int colon = part.value().indexOf(':');
        String word = (colon < 0 ? part.value() : part.value().substring(0, colon)).strip();
        String name = colon < 0 ? "" : part.value().substring(colon + 1).strip();
        Optional<Kind> kind = Reader.find(Kind.class, word);
        if (kind.isEmpty()) {
            String plain = word.toLowerCase(Locale.ROOT);
            return part.refuse(
                    ProblemCode.KEY_TEXT,
                    part.value().isEmpty()
                            ? text.quoted() + " (nothing where a part should be)"
                            : part.quoted(),
                    Optional.ofNullable(ELSEWHERE.get(plain))
                            .or(() -> DidYouMean.nearest(plain, WORDS))
                            .map(DidYouMean::asking));
        }
        boolean good =
                switch (kind.get()) {
                    case CLIENT, PRINCIPAL, GLOBAL -> colon < 0;
                    case HEADER -> TOKEN.matcher(name).matches();
                    case PATH -> PARAMETER.matcher(name).matches();
                    case BEAN -> BEAN.matcher(name).matches();
                };
        return good
                ? Optional.of(new KeySource(kind.get(), name))
                : part.refuse(ProblemCode.KEY_TEXT, part.quoted(), expected(kind.get()));
    }

    private static String expected(Kind kind) {
        return switch (kind) {
            case CLIENT, PRINCIPAL, GLOBAL -> Reader.word(kind) + " alone";
            case HEADER -> "header: and the name of a request header, such as header:X-Api-Key";
            case PATH ->
                    "path: and the name of a path parameter, such as path:id for /products/{id}";
            case BEAN -> "bean: and the @Named name of a KeyResolver, such as bean:tenant";
        };
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
                .map(s -> Reader.word(s.kind()) + (s.kind().named() ? ":" + s.name() : ""))
                .collect(Collectors.joining("+"));
    }
}
