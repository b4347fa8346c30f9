package io.weir.internal.policy;

import io.weir.Engine;
import io.weir.Mode;
import io.weir.internal.address.Cidr;
import io.weir.internal.address.ClientRules;
import io.weir.internal.answer.AnswerRules;
import io.weir.internal.redis.RedisSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
 * @param engine the engine of every policy that has none of its own
 * @param policies the names in {@code weir.policies}, in their order
 * @param source where all of this comes from, and what is said of single policies
 */
public record Settings(
        boolean enabled,
        Mode mode,
        Optional<String> application,
        boolean strict,
        AnswerRules answers,
        AnswerKind answer,
        ClientRules client,
        int localMaxKeys,
        int outageNodes,
        Optional<RedisSettings> redis,
        Engine engine,
        List<String> policies,
        ConfigSource source) {

    /** Who writes the answer to a refused request. */
    public enum AnswerKind {
        /** Weir, as {@code application/problem+json} or what the client accepts. */
        PROBLEM,
        /** The servlet container's error page for 429. */
        ERROR_PAGE
    }

    /** All settings but those of policies. */
    private static final List<String> NAMES =
            List.of(
                    "weir.enabled",
                    "weir.mode",
                    "weir.application",
                    "weir.secret",
                    "weir.policies",
                    "weir.config.strict",
                    "weir.fields",
                    "weir.fields.form",
                    "weir.answer",
                    "weir.client.trusted-proxies",
                    "weir.client.trusted-hops",
                    "weir.client.address-header",
                    "weir.client.ipv6-prefix",
                    "weir.local.max-keys",
                    "weir.outage.nodes",
                    "weir.redis.url",
                    "weir.redis.host",
                    "weir.redis.port",
                    "weir.redis.username",
                    "weir.redis.password",
                    "weir.redis.config",
                    "weir.redis.deadline",
                    "weir.redis.engine");

    /** More addresses than this are never looked at. */
    private static final int MOST_HOPS = 32;

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
        Duration deadline =
                reader.value("weir.redis.deadline", Settings::deadline)
                        .orElse(Duration.ofMillis(50));
        Settings settings =
                new Settings(
                        reader.value("weir.enabled", Reader::bool).orElse(true),
                        reader.value("weir.mode", Reader.oneOf(Mode.class)).orElse(Mode.ENFORCE),
                        reader.value("weir.application", Reader::printable),
                        reader.value("weir.config.strict", Reader::bool).orElse(false),
                        new AnswerRules(
                                reader.value("weir.fields", Reader.oneOf(AnswerRules.When.class))
                                        .orElse(AnswerRules.When.REFUSED),
                                reader.value(
                                                "weir.fields.form",
                                                Reader.oneOf(AnswerRules.Form.class))
                                        .orElse(AnswerRules.Form.DRAFT_11)),
                        reader.value("weir.answer", Reader.oneOf(AnswerKind.class))
                                .orElse(AnswerKind.PROBLEM),
                        client(reader),
                        reader.value("weir.local.max-keys", Reader.integer(1, 10_000_000))
                                .orElse(250_000),
                        reader.value("weir.outage.nodes", Reader.integer(1, 10_000)).orElse(1),
                        ownClient
                                ? Optional.of(RedisText.ofApplication(reader, deadline))
                                : RedisText.read(reader, deadline),
                        reader.value("weir.redis.engine", Reader.oneOf(Engine.class))
                                .orElse(Engine.RRATELIMITER),
                        reader.value("weir.policies", Settings::policyNames).orElse(List.of()),
                        source);
        settings.reportUnknown(problems);
        return settings;
    }

    private static ClientRules client(Reader reader) {
        Optional<Given<List<Cidr>>> proxies =
                reader.read("weir.client.trusted-proxies", Settings::proxies);
        Optional<Given<Integer>> hops =
                reader.read("weir.client.trusted-hops", Reader.integer(0, MOST_HOPS));
        boolean both = proxies.isPresent() && hops.isPresent() && hops.get().value() > 0;
        if (both) {
            reader.problems()
                    .add(
                            ProblemCode.TRUST_TWICE,
                            hops.get().where(),
                            "this beside " + proxies.get().where());
        }
        List<Cidr> trusted = proxies.map(Given::value).orElse(List.of());
        return new ClientRules(
                trusted,
                proxies.isEmpty() || !trusted.isEmpty(),
                both ? 0 : hops.map(Given::value).orElse(0),
                reader.value("weir.client.address-header", Reader::token).orElse("X-Forwarded-For"),
                reader.value("weir.client.ipv6-prefix", Reader.integer(32, 128)).orElse(64));
    }

    private static Optional<List<Cidr>> proxies(Text text) {
        if (text.value().equalsIgnoreCase("none")) {
            return Optional.of(List.of());
        }
        List<Cidr> ranges = new ArrayList<>();
        String[] items = text.value().split(",", -1);
        for (String item : items) {
            proxy(item.strip(), text).ifPresent(ranges::add);
        }
        return ranges.size() == items.length ? Optional.of(List.copyOf(ranges)) : Optional.empty();
    }

    private static Optional<Cidr> proxy(String item, Text text) {
        ProblemCode code = ProblemCode.TRUSTED_PROXY;
        String given = Problems.quote(item);
        if (item.isEmpty()) {
            return text.refuse(code, given + " (a blank entry)", code.expected(), Optional.empty());
        }
        if (item.equalsIgnoreCase("none")) {
            Optional<String> hint = Optional.of("The word none stands alone");
            return text.refuse(code, given, code.expected(), hint);
        }
        try {
            Cidr range = Cidr.parse(item);
            if (range.everything()) {
                text.problems().add(ProblemCode.TRUST_EVERYBODY, text.where(), given);
            }
            return Optional.of(range);
        } catch (IllegalArgumentException e) {
            String expected = Objects.requireNonNullElse(e.getMessage(), code.expected());
            return text.refuse(code, given, expected, Optional.empty());
        }
    }

    private static Optional<Duration> deadline(Text text) {
        Optional<Duration> deadline =
                DurationText.parse(text.value())
                        .filter(d -> d.compareTo(Duration.ofMillis(1)) >= 0)
                        .filter(d -> d.compareTo(Duration.ofSeconds(10)) <= 0);
        return deadline.isPresent()
                ? deadline
                : text.refuse("a duration from 1ms to 10s, such as 50ms");
    }

    private static Optional<List<String>> policyNames(Text text) {
        Set<String> names = new LinkedHashSet<>();
        for (String item : text.value().split(",", -1)) {
            String name = item.strip();
            if (PolicyNames.isName(name)) {
                names.add(name);
            } else {
                text.refuse(
                        ProblemCode.POLICY_NAME,
                        Problems.quote(name),
                        "names of policies separated by commas, in printable ASCII",
                        Optional.empty());
            }
        }
        return Optional.of(List.copyOf(names));
    }

    /**
     * What secrets in keys are digested with, so that who reads Redis cannot try them out.
     *
     * @return the setting, or a word that everybody knows
     */
    public String secret() {
        return source.value("weir.secret").map(Given::value).orElse("weir");
    }

    /** Settings that nothing reads; what is said of policies is for {@link PolicyRegistry}. */
    private void reportUnknown(Problems problems) {
        Set<String> given = source.names();
        Set<String> known = new TreeSet<>();
        NAMES.forEach(name -> known.add(ConfigSource.environmentName(name)));
        for (String name : new TreeSet<>(given)) {
            String variable = ConfigSource.environmentName(name);
            boolean ours =
                    name.startsWith(ConfigSource.PREFIX)
                            // Some implementations of MicroProfile Config list a variable a second
                            // time, as a guess at the setting it stands for.
                            && !(given.contains(variable) && !name.equals(variable));
            if (ours && !NAMES.contains(name) && PolicyNames.in(name).isEmpty()) {
                report(problems, ProblemCode.UNKNOWN_SETTING, name, meant(name));
            } else if (name.startsWith("WEIR_")
                    && name.equals(variable)
                    && !name.startsWith(ConfigSource.environmentName(PolicyNames.PREFIX))
                    && !known.contains(name)
                    && !isServiceLink(name)) {
                report(
                        problems,
                        ProblemCode.UNKNOWN_SETTING,
                        name,
                        DidYouMean.nearest(name, known));
            }
        }
    }

    /** Whether Kubernetes sets such a variable by itself. */
    static boolean isServiceLink(String variable) {
        return SERVICE_LINK.matcher(variable).matches();
    }

    /** Reports what nobody uses: a warning, an error when strict. */
    void report(Problems problems, ProblemCode code, String name, Optional<String> meant) {
        problems.add(
                new Problem(
                        strict ? Problem.Severity.ERROR : code.severity(),
                        code,
                        source.value(name).map(Given::where).orElse(name),
                        "a name that nothing reads",
                        code.expected(),
                        meant.map(DidYouMean::asking)));
    }

    private static Optional<String> meant(String name) {
        if (name.startsWith(PolicyNames.PREFIX)) {
            int dot = name.lastIndexOf('.');
            return DidYouMean.nearest(name.substring(dot + 1), Attribute.settings())
                    .map(attribute -> name.substring(0, dot + 1) + attribute)
                    .filter(setting -> PolicyNames.in(setting).isPresent());
        }
        String last = name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT);
        List<String> alike = NAMES.stream().filter(known -> known.endsWith(last)).toList();
        return DidYouMean.nearest(name, NAMES)
                .or(() -> alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty());
    }
}
