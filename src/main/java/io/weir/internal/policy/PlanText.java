package io.weir.internal.policy;

import io.weir.internal.guard.Terms.Source;
import io.weir.internal.guard.Terms.Source.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Plans as text: what tells them ({@code bean:plans, role}), and their names. Stateless. */
final class PlanText {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern SOURCE = Pattern.compile("(\\w+)\\s*(?::\\s*(\\S+))?");

    private static final List<String> WORDS = Reader.words(Kind.class);

    private PlanText() {}

    /** Reads what tells a plan, separated by commas; each wrong part has been reported. */
    static Optional<List<Source>> sources(Text text) {
        Set<Source> before = new HashSet<>();
        return text.each(",", part -> source(part, before));
    }

    private static Optional<Source> source(Text part, Set<Source> before) {
        Matcher given = SOURCE.matcher(part.value());
        Optional<Kind> kind =
                given.matches() ? Reader.find(Kind.class, given.group(1)) : Optional.empty();
        if (kind.isEmpty() || kind.get().named() != (given.group(2) != null)) {
            return refuse(part, "");
        }
        Source source = new Source(kind.get(), kind.get().named() ? given.group(2) : "");
        return before.add(source) ? Optional.of(source) : refuse(part, " a second time");
    }

    private static Optional<Source> refuse(Text part, String reason) {
        String[] words = part.value().split(":", 2);
        String word = words[0].strip();
        Optional<String> hint =
                DidYouMean.nearest(word, WORDS)
                        .filter(meant -> !WORDS.contains(word))
                        .map(
                                meant ->
                                        isNamed(meant) && words.length > 1
                                                ? meant + ":" + words[1]
                                                : meant)
                        .map(DidYouMean::asking);
        return part.refuse(ProblemCode.PLAN_SOURCE, part.quoted() + reason, hint);
    }

    private static boolean isNamed(String word) {
        return Reader.find(Kind.class, word).filter(Kind::named).isPresent();
    }

    /** Writes sources so that {@link #sources} reads the same. */
    static String format(List<Source> sources) {
        return sources.stream()
                .map(s -> Reader.word(s.kind()) + (s.kind().named() ? ":" + s.name() : ""))
                .collect(Collectors.joining(", "));
    }

    /**
     * Reads names of plans; the environment must tell them apart, too. What is no name is reported
     * and left out.
     */
    static Optional<List<String>> names(Text text) {
        List<String> before = new ArrayList<>();
        return Optional.of(text.eachGood(",", part -> name(part, before)));
    }

    private static Optional<String> name(Text part, List<String> before) {
        String name = part.value();
        String variable = ConfigSource.environmentName(name);
        Optional<String> same =
                before.stream()
                        .filter(other -> ConfigSource.environmentName(other).equals(variable))
                        .findAny();
        before.add(name);
        ProblemCode code = ProblemCode.PLAN_NAME;
        if (same.isPresent()) {
            String given = part.quoted() + " beside " + Problems.quote(same.get());
            return part.refuse(code, given);
        }
        return NAME.matcher(name).matches() ? Optional.of(name) : part.refuse(code, part.quoted());
    }
}
