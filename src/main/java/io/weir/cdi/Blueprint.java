package io.weir.cdi;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.CostResolver;
import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.RefusalResponse;
import io.weir.config.ConfigSource;
import io.weir.config.Declaration;
import io.weir.config.DidYouMean;
import io.weir.config.PolicyBook;
import io.weir.config.PolicyChanges;
import io.weir.config.Problem;
import io.weir.config.ProblemCode;
import io.weir.config.Problems;
import io.weir.config.Settings;
import io.weir.gate.Keys;
import io.weir.gate.LivePolicy;
import io.weir.gate.Rule;
import io.weir.store.redis.RedisSettings;
import jakarta.enterprise.context.NormalScope;
import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Scope;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an application demands of its limiter: settings and annotations, merged and validated.
 * Either all of it is right, or the deployment stops with all that is wrong.
 */
final class Blueprint {

    private static final System.Logger LOG = System.getLogger("io.weir");
    private static final String JAXRS = "jakarta.ws.rs.Path";
    private static final String SERVLETS = "jakarta.servlet.Servlet";

    private final @Nullable OwnRedisson own;
    private final Settings settings;
    private final PropertiesFile file;
    private final PolicyBook book;
    private final PolicyChanges changes;
    private final Table table = new Table();
    private final Map<String, LivePolicy> live = new ConcurrentHashMap<>();
    private final Map<String, KeyResolver> resolvers = new HashMap<>();
    private final Map<String, CostResolver> prices = new HashMap<>();
    private final Map<String, Set<String>> resourceIds = new HashMap<>();
    private final DecisionListener listener;
    private final @Nullable RefusalResponse answers;
    private final Discovery discovery;
    private final Predicate<Class<?>> isIdle;
    private final ClassLoader loader;

    /**
     * Reads and validates.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Blueprint(Discovery discovery, Beans beans) {
        Problems problems = new Problems();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        loader = context == null ? Blueprint.class.getClassLoader() : context;
        this.discovery = discovery;
        own = OwnRedisson.in(beans.manager(), problems).orElse(null);
        file = new PropertiesFile(loader);
        settings =
                Settings.read(
                        ConfigSource.ranked(MicroProfileSource.orPlatform(), file.source()),
                        own != null,
                        problems);
        book = new PolicyBook(settings);
        if (!settings.enabled()) {
            LOG.log(WARNING, "weir.enabled=false: nothing is limited");
        } else if (settings.mode() == Mode.OFF) {
            LOG.log(WARNING, "weir.mode=off: nothing is limited");
        }
        for (Found one : discovery.managed()) {
            if (isServlet(one.type())) {
                checkServlet(one, problems);
            } else {
                one.check(problems);
                book.declare(one.declaration(), problems)
                        .ifPresent(policy -> add(one, policy, problems));
            }
        }
        isIdle = type -> discovery.isSpecialized(type) || beans.isAlternative(type);
        discovery.unmanaged().forEach(type -> addUnmanaged(type, problems));
        discovery.producers().forEach(producer -> check(producer, problems));
        book.configured(problems);
        if (!isPresent(SERVLETS)) {
            book.unused(problems); // else there may be classes that only its container finds
        }
        checkResolvers(beans, problems);
        redis().ifPresent(redis -> checkRedisson(redis, problems));
        answers = beans.answers(problems).orElse(null);
        report(problems);
        changes = new PolicyChanges(book, this::policy);
        listener = beans.listeners();
    }

    private void add(Found found, Policy policy, Problems problems) {
        boolean answers = isPresent(JAXRS) && Resources.isResourceMethod(found);
        table.add(found.type(), found.method(), found.rule(live(policy), answers));
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

    /** A servlet is limited as a whole, before any of its methods is called. */
    private static void checkServlet(Found found, Problems problems) {
        if (!found.ofClass()) {
            problems.add(
                    ProblemCode.NOT_MANAGED,
                    found.where(),
                    "a method of a servlet",
                    "the annotation on the servlet class, or weir.policy.NAME.path and .methods",
                    Optional.empty());
        }
    }

    private static boolean isServlet(Class<?> type) {
        return isPresent(SERVLETS) && Servlets.isServlet(type);
    }

    /** The policy of a name as it is now, everywhere the same. */
    LivePolicy live(Policy policy) {
        LivePolicy known = live.computeIfAbsent(policy.name(), n -> new LivePolicy(policy));
        known.change(policy);
        return known;
    }

    private void checkResolvers(Beans beans, Problems problems) {
        for (Policy policy : book.policies()) {
            if (!policy.costBean().isEmpty()) {
                Optional<CostResolver> price = beans.named(CostResolver.class, policy.costBean());
                price.ifPresent(p -> prices.put(policy.costBean(), p));
                if (price.isEmpty()) {
                    problems.add(
                            ProblemCode.BEAN_MISSING,
                            policy.name(),
                            "the cost bean:" + policy.costBean());
                }
            }
            for (KeySource source : policy.key()) {
                if (source.kind() == KeySource.Kind.BEAN) {
                    Optional<KeyResolver> resolver = beans.named(KeyResolver.class, source.name());
                    resolver.ifPresent(r -> resolvers.put(source.name(), r));
                    if (resolver.isEmpty()) {
                        problems.add(
                                ProblemCode.BEAN_MISSING,
                                policy.name(),
                                "the key bean:" + source.name());
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
                            "a producer of " + producer.product().getName(),
                            Optional.empty()));
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
        book.unused(problems);
        report(problems);
    }

    /**
     * What is demanded of a resource class, which may be one that nobody has shown before: it may
     * have inherited it from an interface.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    List<Rule> ofResource(Class<?> type, Method method) {
        List<Rule> rules = table.of(type, method);
        if (rules.isEmpty() && !table.knows(type)) {
            Problems problems = new Problems();
            addUnmanaged(type, problems);
            report(problems);
            rules = table.of(type, method);
        }
        return rules;
    }

    /**
     * What is demanded of the servlets of the application.
     *
     * @param classes the name of each one's class, by its own name
     * @param annotated the annotated classes that the container has found
     * @return the rules by the servlet's name, for those that have any
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Map<String, List<Rule>> servlets(Map<String, String> classes, Set<Class<?>> annotated) {
        Problems problems = new Problems();
        Map<String, List<Rule>> rules = new HashMap<>();
        Set<Class<?>> mapped = new HashSet<>();
        classes.forEach(
                (name, className) -> {
                    Class<?> type = load(className);
                    if (type != null && isServlet(type)) {
                        Annotations.lineage(type).forEach(mapped::add);
                        List<Rule> ofServlet = ofServlet(type, problems);
                        if (!ofServlet.isEmpty()) {
                            rules.put(name, ofServlet);
                        }
                    }
                });
        for (Class<?> type : annotated) {
            if (isServlet(type) && !mapped.contains(type)) {
                problems.add(
                        ProblemCode.NOT_MANAGED,
                        type.getName(),
                        "a servlet class that is not mapped to any path",
                        "@WebServlet with a path, or a servlet in web.xml; for one that code adds,"
                                + " weir.policy.NAME.path",
                        Optional.empty());
            }
        }
        report(problems);
        return rules;
    }

    private List<Rule> ofServlet(Class<?> type, Problems problems) {
        List<Rule> rules = new ArrayList<>();
        List<RateLimited> demands =
                Annotations.ofClass(type).map(Annotations.Said::demands).orElse(List.of());
        for (int i = 0; i < demands.size(); i++) {
            String where = type.getName() + (i == 0 ? "" : " #" + (i + 1));
            book.declare(Declaration.of(where, demands.get(i)), problems)
                    .ifPresent(policy -> rules.add(Rule.of(live(policy))));
        }
        return rules;
    }

    private @Nullable Class<?> load(String className) {
        try {
            return Class.forName(className, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null; // of the server's own
        }
    }

    private void addUnmanaged(Class<?> type, Problems problems) {
        if (type.isAnnotation() || isIdle.test(type)) {
            return; // what bears an annotation is found by itself
        }
        List<Found> found = Found.in(type);
        if (isServlet(type)) {
            found.forEach(one -> checkServlet(one, problems));
            return;
        }
        if (type.isInterface()) {
            boolean limits = !found.isEmpty() && !discovery.hasHeirOf(type);
            if (limits && !(isPresent(JAXRS) && Resources.isResource(type, found))) {
                problems.add(
                        ProblemCode.NOT_MANAGED,
                        type.getName(),
                        "annotations of an interface that no bean implements");
            }
            return;
        }
        if (table.knows(type)) {
            return;
        }
        boolean isAbstract = Modifier.isAbstract(type.getModifiers());
        boolean hasBeans = isAbstract && discovery.hasHeirOf(type);
        boolean resource = isPresent(JAXRS) && Resources.isResource(type, found);
        for (Found one : found) {
            boolean answers = resource && Resources.isResourceMethod(one);
            boolean early =
                    !one.needsArguments() && one.annotation().onRefusal() == OnRefusal.THROW;
            if (answers && early) {
                // Also of an abstract class: its heirs may be resources that nobody else finds.
                book.declare(one.declaration(), problems)
                        .ifPresent(policy -> add(one, policy, problems));
            } else if (answers && !hasBeans) {
                problems.add(
                        problem(
                                ProblemCode.RESOURCE_ID_NOT_MANAGED,
                                false,
                                one.where(),
                                type.getName(),
                                overlooked(type)));
            } else if (!hasBeans && !(resource && one.ofClass())) {
                // On its class it means no helper of a resource: nobody calls that from outside.
                problems.add(
                        problem(
                                ProblemCode.NOT_MANAGED,
                                isAbstract,
                                one.where(),
                                isAbstract ? "a class that no bean extends" : type.getName(),
                                overlooked(type)));
            }
        }
    }

    /** Weld in a servlet container looks for beans only where there is a beans.xml. */
    private static Optional<String> overlooked(Class<?> type) {
        return Stream.of(type.getAnnotations())
                        .map(Annotation::annotationType)
                        .anyMatch(
                                a ->
                                        a.isAnnotationPresent(NormalScope.class)
                                                || a.isAnnotationPresent(Scope.class)
                                                || a.isAnnotationPresent(Stereotype.class))
                ? Optional.of(
                        "It has a scope; if CDI overlooks the other beans too, add an empty"
                                + " WEB-INF/beans.xml")
                : Optional.empty();
    }

    /** A problem that is only a warning where nothing may be wrong after all. */
    private static Problem problem(
            ProblemCode code, boolean maybe, String where, String given, Optional<String> hint) {
        return new Problem(
                maybe ? Problem.Severity.WARNING : code.severity(),
                code,
                where,
                given,
                code.expected(),
                hint);
    }

    private static void report(Problems problems) {
        if (!problems.errors().isEmpty()) {
            throw new IllegalStateException(problems.report());
        }
        problems.warnings().forEach(warning -> LOG.log(WARNING, warning.text()));
    }

    /** Reads again what may change while the application runs. */
    void reread() {
        file.refresh();
        Problems problems = new Problems();
        for (PolicyChanges.Change change : changes.read(problems)) {
            live(change.policy());
            LOG.log(INFO, "Changed while running: {0}", change.text());
        }
        for (Problem problem : problems.all()) {
            LOG.log(WARNING, "Not changed while running: {0}", problem.text());
        }
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

    /** What the application answers itself, if it does. */
    @Nullable RefusalResponse answers() {
        return answers;
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

    Keys keys() {
        return new Keys(resolvers, prices);
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
                .map(policy -> live.getOrDefault(name, new LivePolicy(policy)).now())
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
