package io.weir.internal.policy;

import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.Policy.Price;
import io.weir.StatusCodes;
import io.weir.internal.address.Cidr;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.RouteRules;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What configuration says of one policy, each part with where it says so. */
record PolicySettings(
        Optional<Given<List<Limit>>> limits,
        Optional<Given<List<KeySource>>> key,
        Optional<Given<Price>> cost,
        Optional<Given<Mode>> mode,
        Optional<Given<OnOutage>> onOutage,
        Optional<Given<Engine>> engine,
        Optional<Given<CountWhen>> countWhen,
        Optional<Given<StatusCodes>> failures,
        Optional<Given<Boolean>> foldIds,
        Optional<Given<String>> path,
        Optional<Given<List<String>>> methods,
        Optional<Given<Set<Dispatch>>> dispatchers,
        Optional<Given<List<String>>> exemptPaths,
        Optional<Given<List<Cidr>>> exemptNetworks) {

    /** What follows {@code weir.policy.NAME.} and says where the filter enforces it. */
    private static final List<String> ROUTE =
            List.of("methods", "dispatchers", "exempt-paths", "exempt-networks");

    /** What follows {@code weir.policy.NAME.}. */
    static final List<String> ATTRIBUTES =
            List.of(
                    "limit",
                    "key",
                    "cost",
                    "mode",
                    "on-outage",
                    "engine",
                    "count-when",
                    "failure-status",
                    "fold-ids",
                    "path",
                    "methods",
                    "dispatchers",
                    "exempt-paths",
                    "exempt-networks");

    static final String PREFIX = ConfigSource.PREFIX + "policy.";

    /** Of a policy without a name. */
    static final PolicySettings NONE = read("", new Reader(ConfigSource.ranked(), new Problems()));

    static PolicySettings read(String policy, Reader reader) {
        String prefix = PREFIX + policy + ".";
        PolicySettings settings =
                new PolicySettings(
                        reader.read(prefix + "limit", LimitText::parse),
                        reader.read(prefix + "key", KeyText::parse),
                        reader.read(prefix + "cost", Reader::cost),
                        reader.read(prefix + "mode", Reader.oneOf(Mode.class)),
                        reader.read(prefix + "on-outage", Reader.oneOf(OnOutage.class)),
                        reader.read(prefix + "engine", Reader.oneOf(Engine.class)),
                        reader.read(prefix + "count-when", Reader.oneOf(CountWhen.class)),
                        reader.read(prefix + "failure-status", StatusText::parse),
                        reader.read(prefix + "fold-ids", Reader::bool),
                        reader.read(prefix + "path", Reader::path),
                        reader.read(prefix + "methods", Reader::methods),
                        reader.read(prefix + "dispatchers", Reader.someOf(Dispatch.class)),
                        reader.read(prefix + "exempt-paths", Reader::paths),
                        reader.read(prefix + "exempt-networks", Reader::networks));
        if (reader.source().value(prefix + "path").isEmpty()) {
            ROUTE.forEach(attribute -> refuseWithoutPath(prefix, attribute, reader));
        }
        return settings;
    }

    private static void refuseWithoutPath(String prefix, String attribute, Reader reader) {
        reader.source()
                .value(prefix + attribute)
                .ifPresent(
                        given ->
                                reader.problems()
                                        .add(
                                                ProblemCode.SETTING_VALUE,
                                                given.where(),
                                                attribute + " without a path",
                                                prefix + "path beside it",
                                                Optional.empty()));
    }

    /** Where the filter enforces it, if it does. */
    Optional<RouteRules> route() {
        return path.map(
                p ->
                        new RouteRules(
                                p.value(),
                                methods.map(m -> Set.copyOf(m.value())).orElse(Set.of()),
                                dispatchers.map(Given::value).orElse(RouteRules.ENTRIES),
                                exemptPaths.map(Given::value).orElse(List.of()),
                                exemptNetworks.map(Given::value).orElse(List.of())));
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
