package io.weir.internal.policy;

import io.weir.Mode;
import io.weir.internal.address.Cidr;
import io.weir.internal.address.ClientSettings;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.redis.RedisSettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The settings of an application, validated. Immutable but for {@code source}.
 *
 * @param enabled whether anything is limited at all
 * @param mode the mode of every policy that has none of its own
 * @param application the part of every Redis key that tells applications apart; empty: the context
 *     path
 * @param strict whether settings and policies that nobody uses stop the deployment
 * @param answers how answers look
 * @param answer who writes the answer
 * @param client how the client's address is found
 * @param localMaxKeys how many keys the local store holds at most
 * @param outageNodes among how many nodes LOCAL_SHARE divides before Redis was ever there
 * @param redis where Redis is; empty: limits count in this JVM only
 * @param policies the names in {@code weir.policies}, in their order
 * @param plans the names in {@code weir.plans}, in their order
 * @param testing whether this is a test, with the test kit beside the library
 * @param source where all of this comes from, and what is said of single policies
 */
public record Settings(
        boolean enabled,
        Mode mode,
        Optional<String> application,
        boolean strict,
        AnswerSettings answers,
        AnswerKind answer,
        ClientSettings client,
        int localMaxKeys,
        int outageNodes,
        Optional<RedisSettings> redis,
        List<String> policies,
        List<String> plans,
        boolean testing,
        ConfigSource source) {

    /** Who writes the answer to a refused request. */
    public enum AnswerKind {
        /** Weir, as {@code application/problem+json} or what the client accepts. */
        PROBLEM,
        /** The servlet container's error page for 429. */
        ERROR_PAGE
    }

    /** More addresses than this are never looked at. */
    private static final int MOST_HOPS = 32;

    private static final String SECRET = "weir.secret";

    /** What Kubernetes puts into every pod for a service whose name begins with "weir". */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("WEIR(_\\w+)?_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_\\w+)?)");

    /**
     * Reads everything, where the application has no Redis client of its own.
     *
     * @param source where settings come from
     * @param problems takes what is wrong
     * @return the settings
     */
    public static Settings read(ConfigSource source, Problems problems) {
        return read(source, false, problems);
    }

    /**
     * Reads everything. Never throws for what is written there: what is wrong is reported, and
     * stands at its default in the result.
     *
     * @param source where settings come from
     * @param ownClient whether the application's own client says where Redis is
     * @param problems takes what is wrong
     * @return the settings
     */
    public static Settings read(ConfigSource source, boolean ownClient, Problems problems) {
        Reader reader = new Reader(source, problems);
        Attribute.all().forEach(row -> row.forAll(reader)); // what is wrong there is reported here
        reader.value("weir.console.role", Settings::role); // for another artifact, which reads it
        Settings settings =
                new Settings(
                        reader.value("weir.enabled", Reader::bool).orElse(true),
                        Attribute.MODE.forAll(reader),
                        reader.value("weir.application", Reader::printable),
                        reader.value("weir.config.strict", Reader::bool).orElse(false),
                        new AnswerSettings(
                                word(reader, "weir.fields", AnswerSettings.When.REFUSED),
                                word(reader, "weir.fields.form", AnswerSettings.Form.DRAFT_11)),
                        word(reader, "weir.answer", AnswerKind.PROBLEM),
                        client(reader, problems),
                        number(reader, "weir.local.max-keys", 1, 10_000_000, 250_000),
                        number(reader, "weir.outage.nodes", 1, 10_000, 1),
                        RedisReader.read(reader, ownClient),
                        reader.value("weir.policies", Settings::policyNames).orElse(List.of()),
                        reader.value("weir.plans", PlanText::names).orElse(List.of()),
                        reader.value("weir.testing", Reader::bool).orElse(false),
                        source);
        Set<String> known = reader.asked();
        known.add(SECRET);
        known.removeIf(name -> !name.startsWith(ConfigSource.PREFIX));
        settings.reportUnknown(known, problems);
        return settings;
    }

    private static Optional<String> role(Text text) {
        return text.value().matches("\\*+")
                ? text.refuse(ProblemCode.CONSOLE_ROLE, text.quoted())
                : Optional.of(text.value());
    }

    private static <E extends Enum<E>> E word(Reader reader, String name, E usual) {
        return reader.value(name, Reader.oneOf(usual.getDeclaringClass())).orElse(usual);
    }

    private static int number(Reader reader, String name, int least, int most, int usual) {
        return reader.value(name, Reader.integer(least, most)).orElse(usual);
    }

    private static ClientSettings client(Reader reader, Problems problems) {
        Optional<ConfigValue<List<Cidr>>> proxies =
                reader.read("weir.client.trusted-proxies", NetworkText::trusted);
        Optional<ConfigValue<Integer>> hops =
                reader.read("weir.client.trusted-hops", Reader.integer(0, MOST_HOPS));
        boolean both = proxies.isPresent() && hops.isPresent() && hops.get().value() > 0;
        if (both) {
            String given = "this beside " + proxies.get().where();
            problems.add(ProblemCode.TRUST_TWICE, hops.get().where(), given);
        }
        List<Cidr> trusted = proxies.map(ConfigValue::value).orElse(List.of());
        return new ClientSettings(
                trusted,
                proxies.isEmpty() || !trusted.isEmpty(),
                both ? 0 : hops.map(ConfigValue::value).orElse(0),
                reader.value("weir.client.address-header", Reader::token).orElse("X-Forwarded-For"),
                number(reader, "weir.client.ipv6-prefix", 32, 128, 64));
    }

    /** What is no name is reported and left out. */
    private static Optional<List<String>> policyNames(Text text) {
        return Optional.of(text.eachGood(",", Settings::policyName).stream().distinct().toList());
    }

    private static Optional<String> policyName(Text item) {
        return PolicyNames.isName(item.value())
                ? Optional.of(item.value())
                : item.refuse(
                        ProblemCode.POLICY_NAME,
                        item.quoted(),
                        "names of policies separated by commas, in printable ASCII");
    }

    /**
     * The text of a setting that another class understands.
     *
     * @param name its name
     * @return its text
     */
    public Optional<String> text(String name) {
        return source.value(name).map(ConfigValue::value);
    }

    /**
     * What to say of a plan that is none of these.
     *
     * @param where what has answered its name
     * @param plan the name
     * @return a text with a code
     */
    public String unknownPlan(String where, String plan) {
        Optional<String> hint = DidYouMean.hint(plan, plans);
        return Problems.text(ProblemCode.UNKNOWN_PLAN, where, Problems.quote(plan), hint);
    }

    /**
     * What secrets in keys are digested with, so that who reads Redis cannot try them out.
     *
     * @return the setting, or a word that everybody knows
     */
    public String secret() {
        return text(SECRET).orElse("weir");
    }

    /** Settings that nothing reads; what is said of policies is for {@link PolicyRegistry}. */
    private void reportUnknown(Set<String> known, Problems problems) {
        Set<String> variables = new TreeSet<>();
        known.forEach(name -> variables.add(ConfigSource.environmentName(name)));
        for (String name : source.written()) {
            if (name.startsWith(ConfigSource.PREFIX)
                    && !known.contains(name)
                    && !PlanNames.isOfPlan(name)
                    && PolicyNames.in(name).isEmpty()) {
                report(problems, name, meant(name, known));
            } else if (name.startsWith("WEIR_")
                    && name.equals(ConfigSource.environmentName(name))
                    && !name.startsWith(ConfigSource.environmentName(PolicyNames.PREFIX))
                    && !PlanNames.isOfPlan(name)
                    && !variables.contains(name)
                    && !isServiceLink(name)) {
                report(problems, name, DidYouMean.nearest(name, variables));
            }
        }
    }

    /** Whether Kubernetes sets such a variable by itself. */
    static boolean isServiceLink(String variable) {
        return SERVICE_LINK.matcher(variable).matches();
    }

    /** Reports a setting that nothing reads. */
    void report(Problems problems, String name, Optional<String> meant) {
        Optional<String> hint = meant.map(DidYouMean::asking);
        String given = "a name that nothing reads";
        reportUnused(ProblemCode.UNKNOWN_SETTING, where(name), given, hint, problems);
    }

    /** Where a setting was given, or else its name. */
    String where(String name) {
        return source.value(name).map(ConfigValue::where).orElse(name);
    }

    /** Reports what nobody uses: a warning, an error when strict. */
    void reportUnused(
            ProblemCode code,
            String where,
            String given,
            Optional<String> hint,
            Problems problems) {
        Problem.Severity severity = strict ? Problem.Severity.ERROR : code.severity();
        problems.add(severity, code, where, given, code.expected(), hint);
    }

    private static Optional<String> meant(String name, Set<String> known) {
        int dot = name.lastIndexOf('.');
        if (name.startsWith(PolicyNames.PREFIX)) {
            return DidYouMean.nearest(name.substring(dot + 1), Attribute.settings())
                    .map(attribute -> name.substring(0, dot + 1) + attribute)
                    .filter(setting -> PolicyNames.in(setting).isPresent());
        }
        String last = name.substring(dot).toLowerCase(Locale.ROOT);
        List<String> alike = known.stream().filter(one -> one.endsWith(last)).toList();
        return DidYouMean.nearest(name, known)
                .or(() -> alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty());
    }
}
