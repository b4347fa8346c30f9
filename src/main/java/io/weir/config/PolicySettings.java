package io.weir.config;

import io.weir.Engine;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What configuration says of one policy, each part with where it says so. */
record PolicySettings(
        Optional<Given<List<Limit>>> limits,
        Optional<Given<List<KeySource>>> key,
        Optional<Given<Long>> cost,
        Optional<Given<Mode>> mode,
        Optional<Given<OnOutage>> onOutage,
        Optional<Given<Engine>> engine,
        Optional<Given<String>> path,
        Optional<Given<List<String>>> methods) {

    /** What follows {@code weir.policy.NAME.}. */
    static final List<String> ATTRIBUTES =
            List.of("limit", "key", "cost", "mode", "on-outage", "engine", "path", "methods");

    static final String PREFIX = ConfigSource.PREFIX + "policy.";

    /** Of a policy without a name. */
    static final PolicySettings NONE =
            new PolicySettings(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    static PolicySettings read(String policy, Reader reader) {
        String prefix = PREFIX + policy + ".";
        PolicySettings settings =
                new PolicySettings(
                        reader.read(prefix + "limit", LimitText::parse),
                        reader.read(prefix + "key", KeyText::parse),
                        reader.read(
                                prefix + "cost",
                                text ->
                                        Reader.integer(1, Integer.MAX_VALUE)
                                                .apply(text)
                                                .map(Integer::longValue)),
                        reader.read(prefix + "mode", Reader.oneOf(Mode.class)),
                        reader.read(prefix + "on-outage", Reader.oneOf(OnOutage.class)),
                        reader.read(prefix + "engine", Reader.oneOf(Engine.class)),
                        reader.read(prefix + "path", Reader::path),
                        reader.read(prefix + "methods", Reader::methods));
        if (reader.source().value(prefix + "path").isEmpty()) {
            settings.methods()
                    .ifPresent(
                            methods ->
                                    reader.problems()
                                            .add(
                                                    ProblemCode.SETTING_VALUE,
                                                    methods.where(),
                                                    "methods without a path",
                                                    prefix + "path beside it",
                                                    Optional.empty()));
        }
        return settings;
    }

    /** The names N of all {@code weir.policy.N.attribute}, sorted. */
    static Set<String> names(ConfigSource source) {
        Set<String> names = new LinkedHashSet<>();
        source.names().stream().sorted().forEach(n -> nameIn(n).ifPresent(names::add));
        return names;
    }

    /** The name N in {@code weir.policy.N.attribute}; empty if it is not of that form. */
    static Optional<String> nameIn(String setting) {
        if (!setting.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String rest = setting.substring(PREFIX.length());
        return ATTRIBUTES.stream()
                .filter(attribute -> rest.endsWith("." + attribute))
                .map(attribute -> rest.substring(0, rest.length() - attribute.length() - 1))
                .filter(name -> !name.isBlank())
                .findFirst();
    }

    /** Whether a text can be a policy's name. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.equals(name.strip())
                && name.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }
}
