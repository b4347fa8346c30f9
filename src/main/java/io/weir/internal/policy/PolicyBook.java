package io.weir.internal.policy;

import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.Policy.Price;
import io.weir.StatusCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All policies of an application: annotations merged with configuration, and what configuration
 * declares alone. First every annotation is declared, then {@link #configured} once. Not
 * thread-safe while that goes on; only read afterwards.
 */
public final class PolicyBook {

    private static final Given<List<KeySource>> BY_CLIENT =
            new Given<>(List.of(KeySource.CLIENT), "");

    private final Settings settings;
    private final PolicyNames names;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** The names that annotations bear, also where the policy is wrong. */
    private final Map<String, PolicySettings> borne = new LinkedHashMap<>();

    /**
     * A policy, where it was declared first, what configuration says, and which parts are not at
     * their defaults.
     */
    private record Entry(
            Policy policy,
            String where,
            PolicySettings settings,
            Declaration declaration,
            Map<String, String> origins) {

        boolean annotated() {
            return !declaration.where().equals(PolicySettings.PREFIX + policy.name());
        }

        boolean trustsHeader() {
            return has(KeySource.Kind.HEADER);
        }

        /** Whether the same requests are limited by their client's address, too. */
        boolean isWatchedBy(Entry other) {
            return other.has(KeySource.Kind.CLIENT)
                    && !other.trustsHeader()
                    && (place().equals(other.place())
                            || (settings.route().isPresent()
                                    && settings.route().equals(other.settings.route())));
        }

        /** The method or class, which may have several annotations. */
        private String place() {
            return where.replaceFirst(" #[0-9]+$", "");
        }

        private boolean has(KeySource.Kind kind) {
            return policy.key().stream().anyMatch(s -> s.kind() == kind);
        }
    }

    /**
     * Makes an empty book.
     *
     * @param settings what configuration says
     */
    public PolicyBook(Settings settings) {
        this.settings = settings;
        this.names = new PolicyNames(settings);
    }

    /**
     * Merges an annotation with configuration, which wins attribute by attribute. A policy without
     * a name is identified by where it stands, and cannot be configured.
     *
     * @param declaration what the annotation says
     * @param problems takes what is wrong
     * @return the policy, the same for each declaration of one name; empty if anything is wrong
     */
    public Optional<Policy> declare(Declaration declaration, Problems problems) {
        boolean named = !declaration.name().isEmpty();
        String name = named ? declaration.name() : declaration.where();
        if (named && !PolicySettings.isName(name)) {
            refuseName(name, declaration.where(), problems);
            return Optional.empty();
        }
        PolicySettings configured =
                named
                        ? borne.computeIfAbsent(name, n -> settings.policy(n, problems))
                        : PolicySettings.NONE;
        Optional<Given<List<Limit>>> limits = limits(declaration, configured, problems);
        Optional<Given<List<KeySource>>> key = key(declaration, configured, problems);
        boolean free = configured.cost().isEmpty() && declaration.cost() < 1;
        if (free) {
            problems.add(ProblemCode.COST, declaration.where(), "a cost of " + declaration.cost());
        }
        Optional<StatusCodes> failures = failures(declaration, configured, problems);
        if (limits.isEmpty() || key.isEmpty() || free || failures.isEmpty()) {
            return Optional.empty();
        }
        String wireName = named ? name : Policy.wireNameOf(limits.get().value().get(0));
        Entry entry =
                entry(
                        name,
                        wireName,
                        declaration.where(),
                        limits.get(),
                        key.get(),
                        failures.get(),
                        declaration,
                        configured);
        Entry first = entries.get(name);
        if (first == null || !first.annotated()) {
            return add(entry, problems);
        }
        return agree(first, entry, problems) ? Optional.of(first.policy) : Optional.empty();
    }

    private Optional<Given<List<Limit>>> limits(
            Declaration declaration, PolicySettings configured, Problems problems) {
        String where = declaration.where();
        String name = declaration.name();
        if (!declaration.limit().isBlank()) {
            // Read even where configuration wins: it would be wrong as soon as that is gone.
            Optional<List<Limit>> written =
                    LimitText.parse(new Text(declaration.limit().strip(), where, problems));
            return configured.limits().or(() -> written.map(w -> new Given<>(w, where)));
        }
        Entry first = entries.get(name);
        if (!name.isEmpty() && !names.saysNothing(name, "limit")) {
            return configured.limits();
        }
        if (first == null) {
            refuseNoLimit(name, where, problems);
        } else {
            String limit = "limit " + LimitText.format(first.policy.limits());
            refuseDisagreement(first, where, "no limit", limit, problems);
        }
        return Optional.empty();
    }

    private static Optional<StatusCodes> failures(
            Declaration declaration, PolicySettings configured, Problems problems) {
        Optional<StatusCodes> written =
                declaration.failureStatus().isBlank()
                        ? Optional.of(StatusCodes.ERRORS)
                        : StatusText.parse(
                                new Text(
                                        declaration.failureStatus().strip(),
                                        declaration.where(),
                                        problems));
        return configured.failures().map(Given::value).or(() -> written);
    }

    private static Optional<Given<List<KeySource>>> key(
            Declaration declaration, PolicySettings configured, Problems problems) {
        String where = declaration.where();
        Optional<Given<List<KeySource>>> written =
                declaration.key().isBlank()
                        ? Optional.of(BY_CLIENT)
                        : KeyText.parse(new Text(declaration.key().strip(), where, problems))
                                .map(sources -> new Given<>(sources, where));
        return configured.key().or(() -> written);
    }

    /**
     * Adds the policies that configuration declares alone. To be called once, after the annotations
     * of beans; those of other classes may follow.
     *
     * @param problems takes what is wrong
     * @return those policies: first those in {@code weir.policies} in their order, then by name
     */
    public List<Policy> configured(Problems problems) {
        List<Policy> added = new ArrayList<>();
        for (String name : names.configured(expected())) {
            if (!borne.containsKey(name)) {
                configured(name, problems).ifPresent(added::add);
            }
        }
        for (FilterPolicy filter : filters()) {
            if (filter.policy().onRefusal() == OnRefusal.SKIP) {
                problems.add(
                        ProblemCode.SKIP_IN_FILTER,
                        PolicySettings.PREFIX + filter.policy().name() + ".path",
                        "the path " + filter.rules().path() + " and onRefusal = SKIP");
            }
            for (KeySource source : filter.policy().key()) {
                if (source.kind() == KeySource.Kind.PATH
                        && !filter.rules().path().contains("{" + source.name() + "}")) {
                    problems.add(
                            ProblemCode.KEY_WITHOUT_REQUEST,
                            PolicySettings.PREFIX + filter.policy().name() + ".path",
                            "the key part path:"
                                    + source.name()
                                    + " and the path "
                                    + filter.rules().path(),
                            "{" + source.name() + "} in the path",
                            DidYouMean.hint(source.name(), parameters(filter.rules().path())));
                }
            }
        }
        return List.copyOf(added);
    }

    /**
     * Reports what only all declarations together show: what configuration says of policies that
     * nobody has, and a key with a header that nothing stands beside. To be called once, after the
     * last annotation.
     *
     * @param problems takes what is wrong
     */
    public void complete(Set<String> elsewhere, Problems problems) {
        for (Entry entry : entries.values()) {
            if (entry.trustsHeader() && entries.values().stream().noneMatch(entry::isWatchedBy)) {
                problems.add(
                        ProblemCode.UNVERIFIED_HEADER,
                        entry.where,
                        "key " + KeyText.format(entry.policy.key()));
            }
        }
        unused(elsewhere, problems);
    }

    private void unused(Set<String> elsewhere, Problems problems) {
        Set<String> expected = expected();
        Set<String> all = names.configured(expected);
        for (String name : all) {
            if (!borne.containsKey(name)
                    && !elsewhere.contains(name)
                    && PolicySettings.isName(name)
                    && !wanted(name)) {
                names.reportUnused(name, names.firstSetting(name), expected, problems);
            }
        }
        all.addAll(borne.keySet());
        names.reportVariables(all, problems);
    }

    private Set<String> expected() {
        Set<String> expected = new LinkedHashSet<>(borne.keySet());
        expected.addAll(settings.policies());
        return expected;
    }

    private static List<String> parameters(String path) {
        return Arrays.stream(path.split("/"))
                .filter(segment -> segment.startsWith("{"))
                .map(segment -> segment.substring(1, segment.length() - 1))
                .toList();
    }

    /**
     * A policy by its name.
     *
     * @param name the name
     * @return the policy, if somebody declares it
     */
    public Optional<Policy> find(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::policy);
    }

    /**
     * All policies, those of annotations first.
     *
     * @return in the order of their declaration; unmodifiable
     */
    public List<Policy> policies() {
        return entries.values().stream().map(Entry::policy).toList();
    }

    /**
     * The policies that have a path.
     *
     * @return in the order of their declaration; unmodifiable
     */
    public List<FilterPolicy> filters() {
        return entries.values().stream()
                .flatMap(
                        entry ->
                                entry.settings.route().stream()
                                        .map(rules -> new FilterPolicy(entry.policy, rules)))
                .toList();
    }

    /**
     * What configuration says now of the mode and the numbers of a policy. Nothing else changes
     * while an application runs.
     *
     * @param policy a policy of this book, as it is
     * @param problems takes what is wrong
     * @return the policy as configuration wants it; empty if anything is wrong
     */
    Optional<Policy> now(Policy policy, Problems problems) {
        Entry entry = entries.get(policy.name());
        if (entry == null) {
            throw new IllegalArgumentException("no policy of this application: " + policy.name());
        }
        boolean named = !entry.declaration.name().isEmpty();
        Reader reader = new Reader(settings.source(), problems);
        String prefix = PolicySettings.PREFIX + policy.name() + ".";
        Optional<Mode> mode =
                (named
                                ? reader.value(prefix + "mode", Reader.oneOf(Mode.class))
                                : Optional.<Mode>empty())
                        .or(() -> reader.value("weir.mode", Reader.oneOf(Mode.class)));
        Optional<Given<List<Limit>>> limits =
                named ? reader.read(prefix + "limit", LimitText::parse) : Optional.empty();
        if (!problems.errors().isEmpty()) {
            return Optional.empty();
        }
        Policy now =
                policy.with(settings.enabled() ? mode.orElse(Mode.ENFORCE) : Mode.OFF)
                        .with(limits.map(Given::value).orElseGet(() -> written(entry)));
        String where = limits.map(Given::where).orElse(entry.where);
        if (!sameShape(now, policy)) {
            problems.add(
                    ProblemCode.CHANGE,
                    where,
                    "limit " + LimitText.format(now.limits()),
                    "other numbers for " + LimitText.format(policy.limits()),
                    Optional.empty());
        } else if (policy.price().permits() > now.capacity()) {
            problems.add(
                    ProblemCode.COST,
                    where,
                    "the limit " + LimitText.format(now.limits()),
                    "at least " + policy.price().permits() + ", what one operation costs",
                    Optional.empty());
        }
        return problems.errors().isEmpty() ? Optional.of(now) : Optional.empty();
    }

    /** What stands in the code, or else what configuration said first. */
    private static List<Limit> written(Entry entry) {
        String limit = entry.declaration.limit().strip();
        return limit.isEmpty()
                ? entry.policy.limits()
                : LimitText.parse(new Text(limit, entry.where, new Problems()))
                        .orElse(entry.policy.limits());
    }

    private static boolean sameShape(Policy one, Policy other) {
        return one.limits().stream()
                .map(l -> List.of(l.getClass(), l.window()))
                .toList()
                .equals(
                        other.limits().stream()
                                .map(l -> List.of(l.getClass(), l.window()))
                                .toList());
    }

    /** The texts that {@link #now} reads, to see whether any has changed. */
    List<String> texts(Policy policy) {
        String prefix = PolicySettings.PREFIX + policy.name() + ".";
        return Stream.of("weir.mode", prefix + "mode", prefix + "limit")
                .map(name -> settings.source().value(name).map(Given::value).orElse(""))
                .toList();
    }

    /**
     * What a policy means, and where each part of it comes from: a line for the log.
     *
     * @param policy a policy of this book
     * @param resourceIds the names of the parameters that are part of its key; empty for none
     * @return one line
     * @throws IllegalArgumentException if it is not in this book
     */
    public String describe(Policy policy, String resourceIds) {
        Entry entry = entries.get(policy.name());
        if (entry == null) {
            throw new IllegalArgumentException("no policy of this application: " + policy.name());
        }
        StringBuilder line = new StringBuilder(policy.name()).append(": ");
        line.append(LimitText.describe(policy.limits()));
        String key = KeyText.format(policy.key());
        line.append(key.equals("global") ? ", all callers together" : ", per " + key);
        if (!resourceIds.isEmpty()) {
            line.append(key.equals("global") ? ", per" : " and").append(" @ResourceId ");
            line.append(resourceIds);
        }
        entry.origins.forEach(
                (part, where) -> line.append("; ").append(part).append(" from ").append(where));
        return line.append("; the rest by default").toString();
    }

    private boolean wanted(String name) {
        return settings.policies().contains(name) || !names.saysNothing(name, "path");
    }

    private Optional<Policy> configured(String name, Problems problems) {
        String prefix = PolicySettings.PREFIX + name;
        if (!PolicySettings.isName(name)) {
            refuseName(name, prefix, problems);
            return Optional.empty();
        }
        PolicySettings configured = settings.policy(name, problems);
        if (wanted(name) && names.saysNothing(name, "limit")) {
            refuseNoLimit(name, names.firstSetting(name), problems);
        }
        if (configured.limits().isEmpty()) {
            return Optional.empty();
        }
        Declaration nothing = Declaration.plain(prefix, name, "");
        Given<List<Limit>> limits = configured.limits().get();
        return add(
                entry(
                        name,
                        name,
                        limits.where(),
                        limits,
                        configured.key().orElse(BY_CLIENT),
                        configured.failures().map(Given::value).orElse(StatusCodes.ERRORS),
                        nothing,
                        configured),
                problems);
    }

    private Entry entry(
            String name,
            String wireName,
            String where,
            Given<List<Limit>> limits,
            Given<List<KeySource>> key,
            StatusCodes failures,
            Declaration declaration,
            PolicySettings configured) {
        Map<String, String> origins = new LinkedHashMap<>();
        origins.put("limit", limits.where());
        if (!key.where().isEmpty()) {
            origins.put("key", key.where());
        }
        Price cost =
                chosen(
                        "cost",
                        configured.cost(),
                        new Price(declaration.cost(), declaration.costBean()),
                        Price.ONE,
                        where,
                        origins);
        if (declaration.onRefusal() != OnRefusal.THROW) {
            origins.put("on-refusal " + Reader.word(declaration.onRefusal()), where);
        }
        OnOutage onOutage =
                chosen(
                        "on-outage",
                        configured.onOutage(),
                        declaration.onOutage(),
                        OnOutage.LOCAL,
                        where,
                        origins);
        CountWhen countWhen =
                chosen(
                        "count-when",
                        configured.countWhen(),
                        declaration.countWhen(),
                        CountWhen.ALWAYS,
                        where,
                        origins);
        if (countWhen == CountWhen.FAILURE) {
            origins.put(
                    "failure-status " + StatusText.format(failures),
                    configured.failures().map(Given::where).orElse(where));
        }
        boolean foldIds =
                chosen(
                        "fold-ids",
                        configured.foldIds(),
                        declaration.foldIds(),
                        false,
                        where,
                        origins);
        configured.exemptPaths().ifPresent(e -> origins.put("exempt " + e.value(), e.where()));
        configured.exemptNetworks().ifPresent(e -> origins.put("exempt " + e.value(), e.where()));
        Mode mode =
                settings.enabled()
                        ? chosen(
                                "mode",
                                configured.mode(),
                                settings.mode(),
                                Mode.ENFORCE,
                                "weir.mode",
                                origins)
                        : Mode.OFF;
        Engine engine =
                chosen(
                        "engine",
                        configured.engine(),
                        settings.engine(),
                        Engine.RRATELIMITER,
                        "weir.redis.engine",
                        origins);
        return new Entry(
                new Policy(
                        name,
                        wireName,
                        limits.value(),
                        new Policy.Callers(key.value(), foldIds),
                        cost,
                        new Policy.Conduct(
                                mode,
                                declaration.onRefusal(),
                                onOutage,
                                engine,
                                countWhen,
                                failures)),
                where,
                configured,
                declaration,
                origins);
    }

    private static <T> T chosen(
            String part,
            Optional<Given<T>> configured,
            T otherwise,
            T usual,
            String where,
            Map<String, String> origins) {
        T value = configured.map(Given::value).orElse(otherwise);
        if (configured.isPresent() || !value.equals(usual)) {
            String word = value instanceof Enum<?> word0 ? Reader.word(word0) : value.toString();
            origins.put(part + " " + word, configured.map(Given::where).orElse(where));
        }
        return value;
    }

    private Optional<Policy> add(Entry entry, Problems problems) {
        Policy policy = entry.policy;
        entries.put(policy.name(), entry);
        LargeWindow.report(policy, entry.where, problems);
        if (policy.price().permits() > policy.capacity()) {
            problems.add(
                    ProblemCode.COST,
                    entry.where,
                    "a cost of "
                            + policy.price().permits()
                            + " with the limit "
                            + LimitText.format(policy.limits()),
                    "at most " + policy.capacity() + ", the smallest capacity",
                    Optional.empty());
            return Optional.empty();
        }
        return Optional.of(policy);
    }

    private static boolean agree(Entry first, Entry other, Problems problems) {
        Map<String, String> attributes = attributes(first.policy);
        boolean agree = true;
        for (Map.Entry<String, String> attribute : attributes(other.policy).entrySet()) {
            String expected = attributes.getOrDefault(attribute.getKey(), "");
            if (!attribute.getValue().equals(expected)) {
                agree = false;
                refuseDisagreement(
                        first,
                        other.where,
                        attribute.getKey() + " " + attribute.getValue(),
                        attribute.getKey() + " " + expected,
                        problems);
            }
        }
        return agree;
    }

    private static Map<String, String> attributes(Policy policy) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("limit", LimitText.format(policy.limits()));
        attributes.put("key", KeyText.format(policy.key()));
        attributes.put("cost", policy.price().toString());
        attributes.put("onRefusal", policy.onRefusal().name());
        attributes.put("onOutage", policy.onOutage().name());
        attributes.put("countWhen", policy.conduct().countWhen().name());
        attributes.put("failureStatus", StatusText.format(policy.conduct().failures()));
        attributes.put("foldIds", Boolean.toString(policy.callers().foldIds()));
        return attributes;
    }

    private static void refuseDisagreement(
            Entry first, String where, String given, String expected, Problems problems) {
        problems.add(
                ProblemCode.NAME_DISAGREES,
                where,
                given + " for the name " + Problems.quote(first.policy.name()),
                expected + ", as at " + first.where + ": annotations with one name agree in all",
                Optional.empty());
    }

    private static void refuseName(String name, String where, Problems problems) {
        problems.add(ProblemCode.POLICY_NAME, where, Problems.quote(name));
    }

    private static void refuseNoLimit(String name, String where, Problems problems) {
        problems.add(
                ProblemCode.NO_LIMIT,
                where,
                "no limit",
                ProblemCode.NO_LIMIT.expected(),
                Optional.of(
                        name.isEmpty()
                                ? "Only a policy with a name can be configured"
                                : "The setting is " + PolicySettings.PREFIX + name + ".limit"));
    }
}
