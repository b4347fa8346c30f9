package io.weir.internal.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.CostResolver;
import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Mode;
import io.weir.PlanResolver;
import io.weir.Policy;
import io.weir.RefusalResponse;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Rule;
import io.weir.internal.guard.Terms;
import io.weir.internal.policy.ConfigSource;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import io.weir.internal.policy.Settings;
import io.weir.internal.redis.RedisCounts;
import io.weir.internal.redis.RedisSettings;
import io.weir.internal.redis.RedissonCompatibility;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an application demands of its limiter: settings and annotations, merged and validated.
 * Either all of it is right, or the deployment stops with all that is wrong.
 */
final class Requirements {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final Scan scan;
    private final Host host;
    private final Set<String> policyNames;
    private final Optional<Host.OwnRedisson> redisson;
    private final @Nullable TestBench bench;
    private final PropertiesFile file;
    private final Settings settings;
    private final PolicyRegistry policies;
    private final ClassRules classes;
    private final Map<String, KeyResolver> resolvers = new ConcurrentHashMap<>();
    private final Map<String, CostResolver> prices = new ConcurrentHashMap<>();
    private final Map<String, PlanResolver> planResolvers = new ConcurrentHashMap<>();
    private final @Nullable RefusalResponse answers;
    private final List<DecisionListener> listeners;

    /** What JAX-RS has shown, limited or not. */
    private final Set<Class<?>> resources = ConcurrentHashMap.newKeySet();

    /**
     * Reads and validates.
     *
     * @param policyNames those of all modules of the application, as they become known
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    Requirements(Scan scan, Host host, Set<String> policyNames) {
        this.scan = scan;
        this.host = host;
        this.policyNames = policyNames;
        Problems problems = new Problems();
        Optional<String> copies = RedissonCompatibility.copies(host.loader());
        copies.ifPresent(jars -> problems.add(ProblemCode.THERE_TWICE, "the class path", jars));
        redisson = host.redisson(problems);
        file = new PropertiesFile(host.loaders(), host.shared(), problems);
        bench = TestBench.of(host.loader());
        Properties ofTest = new Properties();
        ofTest.putAll(bench == null ? Map.of() : bench.settings());
        ConfigSource source =
                ConfigSource.ranked(
                        ConfigSource.ofProperties("the test", ofTest),
                        MicroProfileSource.orPlatform(host.loader()),
                        file.source());
        settings = Settings.read(source, redisson.isPresent(), problems);
        if (bench != null && !settings.testing()) {
            problems.add(ProblemCode.TEST_KIT, TestBench.SETTING, "weir-testing in an application");
        }
        if (!settings.enabled()) {
            LOG.log(WARNING, "weir.enabled=false: nothing is limited");
        } else if (settings.mode() == Mode.OFF) {
            LOG.log(WARNING, "weir.mode=off: nothing is limited");
        }
        policies = new PolicyRegistry(settings);
        classes = new ClassRules(scan, host, policies);
        classes.addDiscovered(problems);
        host.check(problems);
        policies.configured(problems);
        policies.all().forEach(policy -> policyNames.add(policy.name()));
        if (!ScannedClass.hasServlets()) { // else its container may find more classes
            policies.complete(policyNames, problems);
        }
        findBeans(problems);
        redis().ifPresent(redis -> checkRedisson(redis, problems));
        answers = host.answers(problems).orElse(null);
        report(problems);
        listeners = host.listeners();
    }

    /** Finds the beans that policies name; one that is known already is not looked up again. */
    private void findBeans(Problems problems) {
        for (Policy policy : policies.all()) {
            if (!policy.price().bean().isEmpty()) {
                find(CostResolver.class, policy.price().bean(), "cost", prices, policy, problems);
            }
            for (KeySource source : policy.key()) {
                if (source.kind() == KeySource.Kind.BEAN) {
                    find(KeyResolver.class, source.name(), "key", resolvers, policy, problems);
                }
            }
            for (Terms.Source source : policies.find(policy.name()).terms().sources()) {
                String name = source.name();
                if (source.kind() == Terms.Source.Kind.BEAN) {
                    find(PlanResolver.class, name, "plan", planResolvers, policy, problems);
                } else if (source.kind() == Terms.Source.Kind.CLAIM && !JwtClaims.arePossible()) {
                    problems.add(ProblemCode.NO_TOKENS, policy.name(), "the plan claim:" + name);
                }
            }
        }
    }

    private <T> void find(
            Class<T> type,
            String name,
            String part,
            Map<String, T> known,
            Policy policy,
            Problems problems) {
        if (known.containsKey(name)) {
            return;
        }
        Optional<T> bean = host.named(type, name);
        if (bean.isPresent()) {
            known.put(name, bean.get());
        } else {
            ProblemCode code = host.hasCdi() ? ProblemCode.BEAN_MISSING : ProblemCode.NO_CDI;
            problems.add(code, policy.name(), "the %s bean:%s".formatted(part, name));
        }
    }

    private static void checkRedisson(RedisSettings redis, Problems problems) {
        Optional<String> misfit = RedissonCompatibility.misfit();
        if (!Scan.isPresent("org.redisson.Redisson")) {
            problems.add(
                    ProblemCode.REDISSON_MISSING,
                    redis.toString(),
                    "Redis is configured, Redisson is not in the application");
        } else if (misfit.isPresent()) {
            problems.add(ProblemCode.REDISSON_MISFIT, redis.toString(), misfit.get());
        } else {
            Optional<String> mistake = RedisCounts.mistake(redis);
            String given = redis.file().orElse("") + ": " + mistake.orElse("none");
            mistake.ifPresent(
                    m -> problems.add(ProblemCode.REDISSON_FILE, "weir.redis.config", given));
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
        Map<String, List<Rule>> rules = classes.servlets(servlets, annotated, problems);
        for (Class<?> type : annotated) {
            if (host.hasCdi() || ScannedClass.isServlet(type)) {
                classes.add(type, problems);
            } else {
                problems.add(ProblemCode.NO_CDI, type.getName(), "what only CDI can find");
            }
        }
        policies.all().forEach(policy -> policyNames.add(policy.name()));
        policies.complete(policyNames, problems);
        findBeans(problems);
        report(problems);
        return rules;
    }

    /**
     * There is a web application, and nothing of Weir in front of it.
     *
     * @throws IllegalStateException if anything is limited, or nobody can know without CDI; the
     *     message is the report
     */
    void refuseWithoutFilters() {
        Problems problems = new Problems();
        if (settings.enabled() && !(host.hasCdi() && policies.all().isEmpty())) {
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
        if (rules().answers() || annotated.stream().anyMatch(scan::isResource)) {
            Problems problems = new Problems();
            JaxRsServices.turnedOff(parameters, host.loader())
                    .ifPresent(given -> problems.add(ProblemCode.SERVICES_OFF, "JAX-RS", given));
            report(problems);
        }
    }

    /**
     * What is demanded of a resource class, which may be one that nobody has shown before: it may
     * have inherited it from an interface. JAX-RS asks on threads of requests, too: who comes
     * second waits until all methods of the class are known.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    synchronized List<Rule> ofResource(Class<?> type, Method method) {
        resources.add(type);
        boolean known = rules().knows(type);
        if (!known && scan.of(type).methods().isEmpty()) {
            return List.of(); // though a superclass may be limited
        }
        List<Rule> rules = rules().of(type, method);
        if (rules.isEmpty() && !known) {
            Problems problems = new Problems();
            classes.addResource(type, problems);
            findBeans(problems);
            report(problems);
            rules = rules().of(type, method);
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

    Scan scan() {
        return scan;
    }

    Host host() {
        return host;
    }

    Settings settings() {
        return settings;
    }

    PolicyRegistry policies() {
        return policies;
    }

    /** What a test puts around it; null: this is no test. */
    @Nullable TestBench bench() {
        return bench;
    }

    MethodRules rules() {
        return classes.rules();
    }

    /** The classes that JAX-RS serves, as far as they are known by now. */
    Set<Class<?>> resources() {
        Set<Class<?>> all = new HashSet<>(rules().types());
        all.addAll(resources);
        return all;
    }

    List<DecisionListener> listeners() {
        return listeners;
    }

    /** What the application answers itself, if it does. */
    @Nullable RefusalResponse answers() {
        return answers;
    }

    /** Where to count for all nodes; nowhere if nothing is counted. */
    Optional<RedisSettings> redis() {
        return settings.enabled() ? settings.redis() : Optional.empty();
    }

    /** The application's own client of Redis, if it has one. */
    Host.@Nullable OwnRedisson redisson() {
        return redisson.orElse(null);
    }

    Keys keys(Keys.Failures failures) {
        return new Keys(resolvers, prices, settings.secret(), failures);
    }

    Plans plans(Plans.Unknown unknown, Keys.Failures failures) {
        return new Plans(
                settings.plans(),
                planResolvers,
                (user, claim) -> JwtClaims.of(user, claim),
                unknown,
                failures);
    }

    /** The part of every Redis key that tells applications apart. */
    String application(String contextPath) {
        String fromPath = contextPath.replaceFirst("^/", "");
        return settings.application().orElse(fromPath.isEmpty() ? "ROOT" : fromPath);
    }
}
