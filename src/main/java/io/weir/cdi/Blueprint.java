package io.weir.cdi;

import static java.lang.System.Logger.Level.WARNING;

import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.config.ConfigSource;
import io.weir.config.DidYouMean;
import io.weir.config.PolicyBook;
import io.weir.config.Problem;
import io.weir.config.ProblemCode;
import io.weir.config.Problems;
import io.weir.config.Settings;
import io.weir.gate.Rule;
import io.weir.store.redis.RedisSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an application demands of its limiter: settings and annotations, merged and validated.
 * Either all of it is right, or the deployment stops with all that is wrong.
 */
final class Blueprint {

    private static final System.Logger LOG = System.getLogger("io.weir");
    private static final String FILE = "META-INF/weir.properties";
    private static final String JAXRS = "jakarta.ws.rs.Path";

    private final @Nullable OwnRedisson own;
    private final Settings settings;
    private final PolicyBook book;
    private final Table table = new Table();
    private final Map<String, KeyResolver> resolvers = new HashMap<>();
    private final Map<String, Set<String>> resourceIds = new HashMap<>();
    private final DecisionListener listener;
    private final Predicate<Class<?>> isIdle;

    /**
     * Reads and validates.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Blueprint(Discovery discovery, Beans beans) {
        Problems problems = new Problems();
        own = OwnRedisson.in(beans.manager(), problems).orElse(null);
        settings = Settings.read(source(), own != null, problems);
        book = new PolicyBook(settings);
        if (!settings.enabled()) {
            LOG.log(WARNING, "weir.enabled=false: nothing is limited");
        } else if (settings.mode() == Mode.OFF) {
            LOG.log(WARNING, "weir.mode=off: nothing is limited");
        }
        for (Found one : discovery.managed()) {
            one.check(problems);
            book.declare(one.declaration(), problems)
                    .ifPresent(policy -> add(one, policy, problems));
        }
        isIdle = type -> discovery.isSpecialized(type) || beans.isAlternative(type);
        discovery.unmanaged().forEach(type -> addUnmanaged(type, problems));
        discovery.producers().forEach(producer -> check(producer, problems));
        book.configured(problems);
        checkResolvers(beans, problems);
        redis().ifPresent(redis -> checkRedisson(redis, problems));
        report(problems);
        listener = beans.listeners();
    }

    private void add(Found found, Policy policy, Problems problems) {
        table.add(found.type(), found.method(), new Rule(policy, found.idParameters()));
        String ids = found.idNames();
        if (!ids.isEmpty()) {
            resourceIds.computeIfAbsent(policy.name(), n -> new LinkedHashSet<>()).add(ids);
        }
        if (isPresent(JAXRS)) {
            Resources.template(found).ifPresent(path -> check(found, policy, path, problems));
        }
    }

    /** Somewhere else than in a resource method nobody knows which path there will be. */
    private static void check(Found found, Policy policy, String path, Problems problems) {
        List<String> names = Resources.parameters(path);
        for (KeySource source : policy.key()) {
            if (source.kind() == KeySource.Kind.PATH && !names.contains(source.name())) {
                problems.add(
                        ProblemCode.KEY_WITHOUT_REQUEST,
                        found.where(),
                        "the key part path:" + source.name() + " and the path " + path,
                        "{" + source.name() + "} in the path",
                        DidYouMean.hint(source.name(), names));
            }
        }
    }

    private void checkResolvers(Beans beans, Problems problems) {
        for (Policy policy : book.policies()) {
            for (KeySource source : policy.key()) {
                if (source.kind() == KeySource.Kind.BEAN) {
                    Optional<KeyResolver> resolver = beans.resolver(source.name());
                    resolver.ifPresent(r -> resolvers.put(source.name(), r));
                    if (resolver.isEmpty()) {
                        problems.add(
                                ProblemCode.BEAN_MISSING, policy.name(), "bean:" + source.name());
                    }
                }
            }
        }
    }

    private static void checkRedisson(RedisSettings redis, Problems problems) {
        if (isPresent("org.redisson.Redisson")) {
            SharedStore.mistake(redis)
                    .ifPresent(
                            mistake ->
                                    problems.add(
                                            ProblemCode.REDISSON_FILE,
                                            "weir.redis.config",
                                            redis.file().orElse("") + ": " + mistake));
        } else {
            problems.add(
                    ProblemCode.REDISSON_MISSING,
                    redis.toString(),
                    "Redis is configured, Redisson is not in the application");
        }
    }

    private static void check(Producer producer, Problems problems) {
        if (producer.producesLimited() && !producer.isContainers()) {
            problems.add(
                    problem(
                            ProblemCode.PRODUCED,
                            producer.mayHandOn(),
                            producer.where(),
                            "a producer of " + producer.product().getName()));
        }
    }

    /**
     * Adds the annotated classes that CDI does not manage: methods of JAX-RS resources are limited
     * by their request filter all the same, anything else would silently not be limited.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    void addUnmanaged(Set<Class<?>> annotated) {
        Problems problems = new Problems();
        annotated.forEach(type -> addUnmanaged(type, problems));
        report(problems);
    }

    private void addUnmanaged(Class<?> type, Problems problems) {
        if (type.isInterface()) {
            if (type.isAnnotationPresent(RateLimited.class) || !Found.in(type).isEmpty()) {
                problems.add(
                        ProblemCode.NOT_MANAGED, type.getName(), "annotations of an interface");
            }
            return;
        }
        if (table.knows(type) || isIdle.test(type)) {
            return;
        }
        boolean isAbstract = Modifier.isAbstract(type.getModifiers());
        boolean hasBeans = isAbstract && table.knowsHeirOf(type);
        List<Found> found = Found.in(type);
        boolean resource = isPresent(JAXRS) && Resources.isResource(type, found);
        for (Found one : found) {
            boolean answers = resource && Resources.isResourceMethod(one);
            boolean early =
                    one.idParameters().isEmpty() && one.annotation().onRefusal() == OnRefusal.THROW;
            if (answers && early) {
                // Also of an abstract class: its heirs may be resources that nobody else finds.
                book.declare(one.declaration(), problems)
                        .ifPresent(policy -> add(one, policy, problems));
            } else if (answers && !hasBeans) {
                problems.add(ProblemCode.RESOURCE_ID_NOT_MANAGED, one.where(), type.getName());
            } else if (!hasBeans && !(resource && one.ofClass())) {
                // On its class it means no helper of a resource: nobody calls that from outside.
                problems.add(
                        problem(
                                ProblemCode.NOT_MANAGED,
                                isAbstract,
                                one.where(),
                                isAbstract ? "a class that no bean extends" : type.getName()));
            }
        }
    }

    /** A problem that is only a warning where nothing may be wrong after all. */
    private static Problem problem(ProblemCode code, boolean maybe, String where, String given) {
        return new Problem(
                maybe ? Problem.Severity.WARNING : code.severity(),
                code,
                where,
                given,
                code.expected(),
                Optional.empty());
    }

    private static void report(Problems problems) {
        if (!problems.errors().isEmpty()) {
            throw new IllegalStateException(problems.report());
        }
        problems.warnings().forEach(warning -> LOG.log(WARNING, warning.text()));
    }

    private static ConfigSource source() {
        return ConfigSource.ranked(
                MicroProfileSource.orPlatform(), ConfigSource.ofProperties(FILE, file()));
    }

    private static Properties file() {
        Properties properties = new Properties();
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        try (InputStream in =
                (application == null ? Blueprint.class.getClassLoader() : application)
                        .getResourceAsStream(FILE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
        return properties;
    }

    static boolean isPresent(String type) {
        try {
            Class.forName(type, false, Blueprint.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    Settings settings() {
        return settings;
    }

    /** Where to count for all nodes; nowhere if nothing is counted. */
    Optional<RedisSettings> redis() {
        return settings.enabled() ? settings.redis() : Optional.empty();
    }

    @Nullable OwnRedisson ownRedisson() {
        return own;
    }

    PolicyBook book() {
        return book;
    }

    Table table() {
        return table;
    }

    Map<String, KeyResolver> resolvers() {
        return resolvers;
    }

    DecisionListener listener() {
        return listener;
    }

    /** The part of every Redis key that tells applications apart. */
    String application(String contextPath) {
        String fromPath = contextPath.replaceFirst("^/", "");
        return settings.application().orElse(fromPath.isEmpty() ? "ROOT" : fromPath);
    }

    /** A line for each policy: what it means, and where each part comes from. */
    List<String> describe() {
        return book.policies().stream()
                .map(
                        policy ->
                                book.describe(
                                        policy,
                                        String.join(
                                                " or ",
                                                resourceIds.getOrDefault(policy.name(), Set.of()))))
                .toList();
    }

    Policy policy(String name) {
        return book.find(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "nobody declares the policy \""
                                                + name
                                                + "\""
                                                + DidYouMean.hint(
                                                                name,
                                                                book.policies().stream()
                                                                        .map(Policy::name)
                                                                        .toList())
                                                        .map(hint -> "; " + hint)
                                                        .orElse("")));
    }
}
