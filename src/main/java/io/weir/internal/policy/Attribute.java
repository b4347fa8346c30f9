package io.weir.internal.policy;

import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.Policy.Price;
import io.weir.RateLimited;
import io.weir.StatusCodes;
import io.weir.internal.address.Cidr;
import io.weir.internal.guard.Terms;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.RouteSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An attribute of a policy, which is one row of the table: what it is called, who may say it, how
 * its text is read and printed, and what holds if nobody says it. Settings and annotations are read
 * by the table, merged, compared, described and read again. Immutable after its row.
 */
final class Attribute<T> {

    /** The rows, in the order in which a policy is looked at. */
    private static final List<Attribute<?>> TABLE = new ArrayList<>();

    static final Attribute<List<Limit>> LIMIT =
            new Attribute<>("limit", List.<Limit>of(), LimitText::parse)
                    .annotatedText(RateLimited::value)
                    .printed(LimitText::format)
                    .described(limits -> "limit")
                    .changing();

    static final Attribute<List<Limit>> CANDIDATE =
            new Attribute<>("candidate", List.<Limit>of(), LimitText::parse)
                    .printed(limits -> limits.isEmpty() ? "none" : LimitText.format(limits))
                    .described(limits -> "candidate: " + LimitText.describe(limits))
                    .changing();

    static final Attribute<List<KeySource>> KEY =
            new Attribute<>("key", List.of(KeySource.CLIENT), KeyText::parse)
                    .annotatedText(RateLimited::key)
                    .printed(KeyText::format)
                    .described(key -> "key");

    static final Attribute<Price> COST =
            new Attribute<>("cost", Price.ONE, Reader::cost)
                    .annotated(a -> new Price(a.cost(), a.costBean()));

    static final Attribute<Mode> MODE =
            ofWords("mode", Mode.ENFORCE).behind("weir.mode").changing();

    static final Attribute<OnRefusal> ON_REFUSAL =
            ofWords("on-refusal", OnRefusal.THROW)
                    .annotated(RateLimited::onRefusal)
                    .withoutSetting();

    static final Attribute<OnOutage> ON_OUTAGE =
            ofWords("on-outage", OnOutage.LOCAL).annotated(RateLimited::onOutage);

    static final Attribute<Engine> ENGINE =
            ofWords("engine", Engine.RRATELIMITER).behind("weir.redis.engine");

    static final Attribute<Duration> LEASE =
            new Attribute<>("lease", Duration.ZERO, Reader::lease)
                    .printed(DurationText::format)
                    .described(
                            lease -> lease.isZero() ? "" : "lease " + DurationText.format(lease));

    static final Attribute<CountWhen> COUNT_WHEN =
            ofWords("count-when", CountWhen.ALWAYS).annotated(RateLimited::countWhen);

    static final Attribute<StatusCodes> FAILURE_STATUS =
            new Attribute<>("failure-status", StatusCodes.ERRORS, StatusText::parse)
                    .annotatedText(RateLimited::failureStatus)
                    .printed(StatusText::format);

    static final Attribute<Boolean> FOLD_IDS =
            new Attribute<>("fold-ids", false, Reader::bool).annotated(RateLimited::foldIds);

    static final Attribute<String> PATH =
            new Attribute<>("path", "", RouteText::path).described(path -> "");

    static final Attribute<List<String>> METHODS =
            new Attribute<>("methods", List.<String>of(), RouteText::methods).ofPath();

    static final Attribute<Set<Dispatch>> DISPATCHERS =
            new Attribute<>("dispatchers", RouteSettings.ENTRIES, Reader.someOf(Dispatch.class))
                    .ofPath();

    static final Attribute<List<String>> EXEMPT_PATHS =
            new Attribute<>("exempt-paths", List.<String>of(), RouteText::paths)
                    .ofPath()
                    .described(paths -> "exempt " + paths);

    static final Attribute<List<Terms.Source>> PLAN =
            new Attribute<>("plan", List.<Terms.Source>of(), PlanText::sources)
                    .printed(PlanText::format);

    static final Attribute<List<Cidr>> EXEMPT_NETWORKS =
            networks("exempt-networks").described(networks -> "exempt " + networks);

    static final Attribute<List<Cidr>> DENY_NETWORKS =
            networks("deny-networks").described(networks -> "denied " + networks);

    private final String name;
    private final T usual;
    private final Function<Text, Optional<T>> parser;
    private Function<T, String> printer = Attribute::plain;
    private Function<T, String> description;
    private Function<RateLimited, String> text = annotation -> "";
    private Function<RateLimited, T> value;
    private boolean annotated;
    private boolean setting = true;
    private boolean changing;
    private boolean ofPath;
    private Optional<String> behind = Optional.empty();
    private Optional<BinaryOperator<T>> both = Optional.empty();

    /**
     * Begins a row.
     *
     * @param name what follows {@code weir.policy.NAME.} in settings
     * @param usual what holds if nobody says it
     * @param parser reads its text
     */
    private Attribute(String name, T usual, Function<Text, Optional<T>> parser) {
        this.name = name;
        this.usual = usual;
        this.parser = parser;
        this.description = v -> name + " " + printer.apply(v);
        this.value = annotation -> usual;
        TABLE.add(this);
    }

    private static <E extends Enum<E>> Attribute<E> ofWords(String name, E usual) {
        return new Attribute<>(name, usual, Reader.oneOf(usual.getDeclaringClass()));
    }

    private static Attribute<List<Cidr>> networks(String name) {
        return new Attribute<>(name, List.<Cidr>of(), NetworkText::networks)
                .beside("weir." + name, NetworkText::both)
                .changing();
    }

    private static <T> String plain(T value) {
        return value instanceof Enum<?> word ? Reader.word(word) : String.valueOf(value);
    }

    /** A member of the annotation says it, in the same words as a setting; empty: it does not. */
    private Attribute<T> annotatedText(Function<RateLimited, String> member) {
        text = member;
        annotated = true;
        return this;
    }

    /** Members of the annotation say it; the default counts as nothing said. */
    private Attribute<T> annotated(Function<RateLimited, T> member) {
        value = member;
        annotated = true;
        return this;
    }

    private Attribute<T> printed(Function<T, String> as) {
        printer = as;
        return this;
    }

    /** What stands before its origin when a policy is described; empty: nothing of it. */
    private Attribute<T> described(Function<T, String> as) {
        description = as;
        return this;
    }

    /** A setting for all policies says it where none says it for this one. */
    private Attribute<T> behind(String serverWide) {
        behind = Optional.of(serverWide);
        return this;
    }

    /** A setting for all policies says it, and one for this policy says more of it. */
    private Attribute<T> beside(String serverWide, BinaryOperator<T> together) {
        both = Optional.of(together);
        return behind(serverWide);
    }

    /** It may change while the application runs. */
    private Attribute<T> changing() {
        changing = true;
        return this;
    }

    /** It says something of the path, and needs one. */
    private Attribute<T> ofPath() {
        ofPath = true;
        return described(v -> "");
    }

    private Attribute<T> withoutSetting() {
        setting = false;
        return this;
    }

    /** All rows. */
    static List<Attribute<?>> all() {
        return List.copyOf(TABLE);
    }

    /** The rows that are read again while the application runs. */
    static List<Attribute<?>> thatChange() {
        return TABLE.stream().filter(a -> a.changing).collect(Collectors.toUnmodifiableList());
    }

    /** The rows that have a setting for each policy. */
    static List<Attribute<?>> thatAreSet() {
        return TABLE.stream().filter(a -> a.setting).collect(Collectors.toUnmodifiableList());
    }

    /** What may follow {@code weir.policy.NAME.}. */
    static List<String> settings() {
        return thatAreSet().stream().map(a -> a.name).toList();
    }

    T usual() {
        return usual;
    }

    boolean isAnnotated() {
        return annotated;
    }

    boolean isForAll() {
        return behind.isPresent();
    }

    /** The setting that says it of a policy. */
    String setting(String policy) {
        return PolicyNames.PREFIX + policy + "." + name;
    }

    /** What holds for all policies that say nothing of their own. */
    T forAll(Reader reader) {
        return behind.flatMap(all -> reader.value(all, parser)).orElse(usual);
    }

    /** Reads what is said of all policies; its default counts as nothing said. */
    void readForAll(Reader reader, AttributeValues into) {
        T value = forAll(reader);
        if (!value.equals(usual)) {
            into.put(this, new ConfigValue<>(value, behind.orElse("")));
        }
    }

    /** Whether what one policy has of its own replaces what is said of all. */
    boolean isSet(String policy, Reader reader) {
        return setting && both.isEmpty() && reader.text(setting(policy)).isPresent();
    }

    /** Reads the setting of one policy. */
    void read(String policy, Reader reader, AttributeValues into) {
        if (setting) {
            reader.read(setting(policy), parser).ifPresent(given -> add(given, into));
        }
        String path = PATH.setting(policy);
        if (ofPath && reader.text(path).isEmpty()) {
            String given = name + " without a path";
            reader.text(setting(policy))
                    .ifPresent(
                            t -> t.refuse(ProblemCode.SETTING_VALUE, given, path + " beside it"));
        }
    }

    /** Reads a text that takes the place of all that is said; an empty one says nothing. */
    void read(Text text, AttributeValues into) {
        if (!text.value().isEmpty()) {
            parser.apply(text).ifPresent(v -> into.put(this, new ConfigValue<>(v, text.where())));
        }
    }

    private void add(ConfigValue<T> own, AttributeValues into) {
        String all = into.where(this);
        into.put(
                this,
                both.isEmpty() || all.isEmpty()
                        ? own
                        : new ConfigValue<>(
                                both.get().apply(into.get(this), own.value()),
                                all + " and " + own.where()));
    }

    /**
     * Reads what an annotation says, also where configuration wins: it would be wrong as soon as
     * that is gone.
     *
     * @return false if that is wrong and nothing else is there
     */
    boolean read(RateLimited annotation, String where, Problems problems, AttributeValues into) {
        String written = text.apply(annotation).strip();
        Optional<T> said =
                written.isEmpty()
                        ? Optional.of(value.apply(annotation)).filter(v -> !v.equals(usual))
                        : parser.apply(new Text(written, where, problems));
        if (said.isPresent() && !into.has(this)) {
            into.put(this, new ConfigValue<>(said.get(), where));
        }
        return written.isEmpty() || into.has(this);
    }

    /** The texts of all settings that say it, to see whether any has changed. */
    Stream<String> texts(String policy, ConfigSource source) {
        return Stream.concat(behind.stream(), Stream.of(setting(policy)))
                .map(s -> source.value(s).map(ConfigValue::value).orElse(""));
    }

    /** What has changed, for an operator; empty: nothing. */
    String change(AttributeValues from, AttributeValues to) {
        String old = printer.apply(from.get(this));
        String now = printer.apply(to.get(this));
        return now.equals(old) ? "" : "%s %s instead of %s".formatted(name, now, old);
    }

    /**
     * What it is and where it is from, for the log of the start; empty if that goes without saying.
     */
    String describe(AttributeValues values) {
        String shown = description.apply(values.get(this));
        String where = values.where(this);
        return shown.isEmpty() || where.isEmpty() ? "" : "; " + shown + " from " + where;
    }

    /** The member of the annotation and its value, as code has them. */
    String inCode(AttributeValues values) {
        T v = values.get(this);
        String[] words = name.split("-");
        String member = words[0];
        for (int i = 1; i < words.length; i++) {
            member += Character.toUpperCase(words[i].charAt(0)) + words[i].substring(1);
        }
        return member + " " + (v instanceof Enum<?> word ? word.name() : printer.apply(v));
    }
}
