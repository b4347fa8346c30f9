package io.weir.internal.edge.cdi;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.CostResolver;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RefusalResponse;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.Rule;
import io.weir.internal.observe.Listeners;
import io.weir.internal.policy.ConfigSource;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import io.weir.internal.policy.Settings;
import io.weir.internal.redis.RedisSettings;
import io.weir.internal.redis.RedissonCompatibility;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an application demands of its limiter: settings and annotations, merged and validated.
 * Either all of it is right, or the deployment stops with all that is wrong.
 */
final class Blueprint {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final @Nullable OwnRedisson own;
    private final Place place;
    private final Set<String> borne;
    private final Settings settings;
    private final PropertiesFile file;
    private final PolicyRegistry policies;
    private final Unmanaged unmanaged;
    private final Table table = new Table();
    private final Map<String, KeyResolver> resolvers = new ConcurrentHashMap<>();
    private final Map<String, CostResolver> prices = new ConcurrentHashMap<>();
    private final Listeners listeners;
    private final Beans beans;
    private final @Nullable RefusalResponse answers;

    /**
     * Reads and validates.
     *
     * @param place where to read
     * @param borne the policies of all modules of the application, as they become known
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Blueprint(Discovery discovery, Beans beans, Place place, Set<String> borne) {
        Problems problems = new Problems();
        this.place = place;
        this.borne = borne;
        this.beans = beans;
        RedissonCompatibility.bothArtifacts(place.loader())
                .ifPresent(
                        both -> problems.add(ProblemCode.BOTH_ARTIFACTS, "the class path", both));
        own = beans.redisson(problems).orElse(null);
        file = new PropertiesFile(place, problems);
        settings =
                Settings.read(
                        ConfigSource.ranked(
                                MicroProfileSource.orPlatform(place.loader()), file.source()),
                        own != null,
                        problems);
        policies = new PolicyRegistry(settings);
        if (!settings.enabled()) {
            LOG.log(WARNING, "weir.enabled=false: nothing is limited");
        } else if (settings.mode() == Mode.OFF) {
            LOG.log(WARNING, "weir.mode=off: nothing is limited");
        }
        for (Found one : discovery.managed()) {
            if (Servlets.is(one.type())) {
                Unmanaged.checkServlet(one, problems);
            } else {
                one.check(problems);
                declare(one, problems);
            }
        }
        unmanaged =
                new Unmanaged(
                        this,
                        discovery,
                        type -> discovery.isSpecialized(type) || beans.isAlternative(type),
                        place.loader());
        discovery.unmanaged().forEach(type -> unmanaged.add(type, problems));
        discovery.producers().forEach(producer -> check(producer, problems));
        discovery
                .synthetic()
                .forEach(
                        type ->
                                problems.add(
                                        ProblemCode.PRODUCED,
                                        Unmanaged.isResource(type, Found.in(type)),
                                        type.getName(),
                                        "an interface whose object comes from an extension of CDI,"
                                                + " as a client of MicroProfile REST Client does",
                                        Optional.empty()));
        discovery
                .unseen()
                .forEach(
                        type ->
                                problems.add(
                                        ProblemCode.LIBRARY_UNSEEN,
                                        type.getName(),
                                        "@RateLimited, which its class loader does not find"));
        policies.configured(problems);
        policies.all().forEach(policy -> borne.add(policy.name()));
        if (!Servlets.arePresent()) {
            policies.complete(
                    borne, problems); // else there may be classes that only its container finds
        }
        checkResolvers(problems);
        redis().ifPresent(redis -> checkRedisson(redis, problems));
        answers = beans.answers(problems).orElse(null);
        report(problems);
        listeners = beans.listeners();
    }

    /** Puts what is demanded of a method into the table. */
    void declare(Found found, Problems problems) {
        policies.declare(found.where(), found.annotation(), problems)
                .ifPresent(live -> add(found, live, problems));
    }

    private void add(Found found, Supplier<Policy> live, Problems problems) {
        boolean jaxrs = isPresent(Resources.NEEDS);
        boolean answers = jaxrs && Resources.isResourceMethod(found);
        table.add(found.type(), found.method(), found.rule(live, answers));
        if (!answers && live.get().givesBack() && found.endsLater()) {
            problems.add(
                    ProblemCode.FAILURE_UNSEEN,
                    found.where(),
                    found.method().getGenericReturnType().getTypeName());
        }
        policies.hasIds(live.get().name(), found.idNames());
        if (jaxrs) {
            // Somewhere else than in a resource method nobody knows which path there will be.
            Resources.template(found)
                    .ifPresent(
                            path ->
                                    PolicyRegistry.checkKey(
                                            found.where(),
                                            live.get(),
                                            path,
                                            Resources.parameters(path),
                                            problems));
        }
    }

    /** Of policies that were not there before, too: who has one already is not looked up again. */
    private void checkResolvers(Problems problems) {
        for (Policy policy : policies.all()) {
            if (!policy.price().bean().isEmpty() && !prices.containsKey(policy.price().bean())) {
                Optional<CostResolver> price =
                        beans.named(CostResolver.class, policy.price().bean());
                price.ifPresent(p -> prices.put(policy.price().bean(), p));
                if (price.isEmpty()) {
                    problems.add(
                            beans.missing(),
                            policy.name(),
                            "the cost bean:" + policy.price().bean());
                }
            }
            for (KeySource source : policy.key()) {
                if (source.kind() == KeySource.Kind.BEAN && !resolvers.containsKey(source.name())) {
                    Optional<KeyResolver> resolver = beans.named(KeyResolver.class, source.name());
                    resolver.ifPresent(r -> resolvers.put(source.name(), r));
                    if (resolver.isEmpty()) {
                        problems.add(
                                beans.missing(), policy.name(), "the key bean:" + source.name());
                    }
                }
            }
        }
    }

    private static void checkRedisson(RedisSettings redis, Problems problems) {
        Optional<String> misfit = RedissonCompatibility.misfit();
        if (!isPresent("org.redisson.Redisson")) {
            problems.add(
                    ProblemCode.REDISSON_MISSING,
                    redis.toString(),
                    "Redis is configured, Redisson is not in the application");
        } else if (misfit.isPresent()) {
            problems.add(ProblemCode.REDISSON_MISFIT, redis.toString(), misfit.get());
        } else {
            SharedStore.mistake(redis)
                    .ifPresent(
                            mistake ->
                                    problems.add(
                                            ProblemCode.REDISSON_FILE,
                                            "weir.redis.config",
                                            redis.file().orElse("") + ": " + mistake));
        }
    }

    private static void check(Producer producer, Problems problems) {
        if (producer.producesLimited() && !producer.isContainers()) {
            problems.add(
                    ProblemCode.PRODUCED,
                    producer.mayHandOn(),
                    producer.where(),
                    "a producer of " + producer.product().getName(),
                    Optional.empty());
        }
    }

    /**
     * Adds what only the web container shows.
     *
     * @param servlets the class of each servlet, by the servlet's name
     * @param annotated the annotated classes, and those that are for the limiter
     * @return the rules of servlets, by the servlet's name
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Map<String, List<Rule>> addWeb(Map<String, String> servlets, Set<Class<?>> annotated) {
        Problems problems = new Problems();
        Map<String, List<Rule>> rules = unmanaged.servlets(servlets, annotated, problems);
        annotated.forEach(
                type -> {
                    if (beans instanceof NoBeans && !Servlets.is(type)) {
                        problems.add(ProblemCode.NO_CDI, type.getName(), "what only CDI can find");
                    } else {
                        unmanaged.add(type, problems);
                    }
                });
        policies.all().forEach(policy -> borne.add(policy.name()));
        policies.complete(borne, problems);
        checkResolvers(problems);
        report(problems);
        return rules;
    }

    /**
     * There is a web application, and nothing of Weir in front of it.
     *
     * @throws IllegalStateException if anything is limited; the message is the report
     */
    void refuseWithoutFilters() {
        Problems problems = new Problems();
        if (settings.enabled() && !policies.all().isEmpty()) {
            problems.add(
                    ProblemCode.NO_FILTERS,
                    "web.xml",
                    "an <absolute-ordering> without Weir's jar, or a container that ran no"
                            + " ServletContainerInitializer of it");
        }
        report(problems);
    }

    /**
     * Whether JAX-RS will find its edge, where anything is demanded of a resource.
     *
     * @throws IllegalStateException if not; the message is the report
     */
    void checkServices(Set<Class<?>> annotated, Map<String, Map<String, String>> parameters) {
        if (!isPresent(Resources.NEEDS)
                || (!table.answers()
                        && annotated.stream()
                                .noneMatch(t -> Resources.isResource(t, Found.in(t))))) {
            return;
        }
        Problems problems = new Problems();
        Services.turnedOff(parameters, place.loader())
                .ifPresent(given -> problems.add(ProblemCode.SERVICES_OFF, "JAX-RS", given));
        report(problems);
    }

    /**
     * What is demanded of a resource class, which may be one that nobody has shown before: it may
     * have inherited it from an interface. JAX-RS asks on threads of requests, too: who comes
     * second waits until all methods of the class are known.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    synchronized List<Rule> ofResource(Class<?> type, Method method) {
        boolean known = table.knows(type);
        if (!known && Found.in(type).isEmpty()) {
            return List.of(); // though a superclass may be limited
        }
        List<Rule> rules = table.of(type, method);
        if (rules.isEmpty() && !known) {
            Problems problems = new Problems();
            unmanaged.addServed(type, problems);
            checkResolvers(problems);
            report(problems);
            rules = table.of(type, method);
        }
        return rules;
    }

    private static void report(Problems problems) {
        if (problems.areErrors()) {
            throw new IllegalStateException(problems.report());
        }
        problems.texts().forEach(warning -> LOG.log(WARNING, warning));
    }

    /** Reads again what may change while the application runs. */
    void reread() {
        file.refresh();
        Problems problems = new Problems();
        for (String change : policies.reread(problems)) {
            LOG.log(INFO, "Changed while running: {0}", change);
        }
        for (String problem : problems.texts()) {
            LOG.log(WARNING, "Not changed while running: {0}", problem);
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

    /** Whether there is a bean with a limit. */
    boolean limitsBeans() {
        return !table.isEmpty();
    }

    PolicyRegistry policies() {
        return policies;
    }

    Table table() {
        return table;
    }

    Keys keys(Keys.Failures failures) {
        return new Keys(resolvers, prices, settings.secret(), failures);
    }

    Listeners listeners() {
        return listeners;
    }

    /** What else the application provides; to be asked when it runs. */
    Beans beans() {
        return beans;
    }

    /** The part of every Redis key that tells applications apart. */
    String application(String contextPath) {
        String fromPath = contextPath.replaceFirst("^/", "");
        return settings.application().orElse(fromPath.isEmpty() ? "ROOT" : fromPath);
    }
}
