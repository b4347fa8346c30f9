package io.weir.internal.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.DecisionListener;
import io.weir.LimiterStatus;
import io.weir.RefusalResponse;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.answer.Answers;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.Ticker;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.Rule;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.RouteSettings;
import io.weir.internal.observe.DecisionMonitor;
import io.weir.internal.observe.Meters;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.Settings;
import io.weir.internal.redis.RedisSettings;
import java.lang.management.ManagementFactory;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limiter of one module of an application: where everything is put together, and taken apart
 * again.
 */
final class Limiter {

    private static final System.Logger LOG = System.getLogger("io.weir");
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);
    private static final int MOST_FINDINGS = 20;
    private static final Duration OVERRIDES_EVERY = Duration.ofMillis(500);
    private static final Duration REREAD_EVERY = Duration.ofSeconds(10);
    private static final Duration CANDIDATES_EVERY = Duration.ofMinutes(10);

    /** The clock of all decisions, but in a test; only calls to Redis measure their own time. */
    private static final Ticker CLOCK = System::nanoTime;

    private final Requirements requirements;
    private final BackgroundThread housekeeping = new BackgroundThread("weir-housekeeping");
    private final @Nullable RedisSetup shared;
    private final LimiterStatus status;
    private final CountingStore store;
    private final DecisionMonitor monitor;
    private final Gate gate;
    private final HttpGuard guard;
    private final PolicyOverrides overrides;
    private final RequestExplainer explainer;
    private final LimiterOperator operator;
    private final Set<String> findings = ConcurrentHashMap.newKeySet();
    private final WarningLog warnings;
    private final Set<Rule> paths;
    private volatile Map<String, List<Rule>> servlets = Map.of();
    private boolean started;

    /**
     * Puts it together.
     *
     * @param current the operation of the current thread, as the application's modules know it
     */
    Limiter(Requirements requirements, CurrentOperation current) {
        this.requirements = requirements;
        Settings settings = requirements.settings();
        TestBench bench = requirements.bench();
        Ticker clock = bench == null ? CLOCK : bench.clock();
        PolicyRegistry policies = requirements.policies();
        overrides = new PolicyOverrides(policies, clock, this::newOverride);
        warnings = new WarningLog(requirements.rules(), settings);
        RedisSettings redis = requirements.redis().orElse(null);
        boolean shares = redis != null || (bench != null && settings.enabled());
        shared =
                shares
                        ? new RedisSetup(
                                settings,
                                redis,
                                bench,
                                requirements.redisson(),
                                clock,
                                this::sayFull,
                                policies::longest,
                                overrides,
                                () -> warnings.shortMemory(policies.all()))
                        : null;
        store =
                shared == null
                        ? new CountingStore(settings.localMaxKeys(), clock, this::sayFull)
                        : shared.store();
        status = shared == null ? new LocalOnly(clock, clock.nanoTime()) : shared.status();
        List<DecisionListener> listeners = requirements.listeners();
        OutageCounters outages = shared == null ? new OutageCounters() : shared.outages();
        monitor =
                new DecisionMonitor(
                        listeners,
                        status,
                        outages,
                        store::size,
                        clock,
                        shared != null || !listeners.isEmpty(),
                        ManagementFactory::getPlatformMBeanServer);
        Keys keys = requirements.keys(warnings::failed);
        gate =
                new Gate(
                        policies,
                        store,
                        keys,
                        requirements.plans(warnings::unknownPlan, warnings::failed),
                        current,
                        new CallerOfContainer(requirements.host()),
                        warnings::nobody,
                        monitor,
                        clock);
        Map<Rule, RouteSettings> routes = new LinkedHashMap<>();
        policies.routes((policy, rules) -> routes.put(Rule.of(policy), rules));
        paths = routes.keySet();
        RefusalResponse answers = requirements.answers();
        guard =
                new HttpGuard(
                        gate,
                        requirements::ofResource,
                        routes,
                        () -> servlets,
                        current,
                        new ClientAddresses(settings.client(), clock, this::found),
                        new Answers(settings.answers(), answers),
                        settings.answer() == Settings.AnswerKind.ERROR_PAGE && answers == null,
                        warnings);
        ClientAddresses asked = new ClientAddresses(settings.client(), clock, finding -> {});
        explainer =
                new RequestExplainer(
                        requirements, store, guard, keys, status, asked, overrides, monitor);
        operator =
                new LimiterOperator(
                        requirements,
                        store,
                        status,
                        asked,
                        explainer,
                        overrides,
                        shared,
                        monitor,
                        outages,
                        findings,
                        housekeeping);
        housekeeping.every(OVERRIDES_EVERY, overrides::look);
        housekeeping.every(SWEEP_EVERY, store::sweep);
        housekeeping.every(REREAD_EVERY, requirements::reread);
        housekeeping.every(REREAD_EVERY, monitor::look);
        housekeeping.every(REREAD_EVERY, this::lookForCandidates);
        housekeeping.every(CANDIDATES_EVERY, monitor::logCandidates);
    }

    private void lookForCandidates() {
        monitor.candidates(requirements.policies().candidates());
    }

    private void newOverride() {
        housekeeping.soon(overrides::look);
    }

    private void found(String finding) {
        LOG.log(WARNING, finding);
        if (findings.size() < MOST_FINDINGS) {
            findings.add(finding);
        }
    }

    Gate gate() {
        return gate;
    }

    HttpGuard guard() {
        return guard;
    }

    RequestExplainer explainer() {
        return explainer;
    }

    LimiterOperator operator() {
        return operator;
    }

    LimiterStatus status() {
        return status;
    }

    /**
     * Begins to serve; the second time nothing happens.
     *
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    synchronized HttpGuard start(
            String contextPath, Set<Class<?>> annotated, Map<String, String> servletClasses) {
        if (!started) {
            servlets = requirements.addWeb(servletClasses, annotated);
            started = true;
            requirements.policies().describe().forEach(line -> LOG.log(INFO, line));
            String application = requirements.application(contextPath);
            explainer.start(contextPath, servlets.keySet());
            monitor.setOperator(operator);
            monitor.open(application, requirements.policies().all(), meters());
            lookForCandidates();
            if (shared != null) {
                shared.start(application);
            } else if (requirements.settings().enabled()) {
                LOG.log(INFO, "No Redis is configured: limits count in this JVM only");
            }
        }
        return guard;
    }

    /** Warns of policies whose user is known only to filters that are called behind Weir's. */
    void behind(Set<String> filters) {
        List<Rule> filtered = new ArrayList<>(paths);
        servlets.values().forEach(filtered::addAll);
        List<String> policies =
                filtered.stream()
                        .filter(Rule::needsUser)
                        .map(rule -> rule.policy().name())
                        .distinct()
                        .toList();
        if (!filters.isEmpty() && !policies.isEmpty()) {
            warnings.behind(filters, policies);
        }
    }

    /**
     * Micrometer and OpenTelemetry, each where it is there: nobody can tell which of the two
     * somebody looks at.
     */
    private List<Meters> meters() {
        List<Meters> meters = new ArrayList<>();
        if (Scan.isPresent("io.micrometer.core.instrument.MeterRegistry")) {
            requirements.host().micrometer().ifPresent(meters::add);
        }
        if (Scan.isPresent("io.opentelemetry.api.OpenTelemetry")) {
            meters.add(requirements.host().openTelemetry());
        }
        return meters;
    }

    private void sayFull() {
        LOG.log(
                WARNING,
                "All of weir.local.max-keys={0} keys are in use: newcomers share 1,024 entries until"
                        + " there is room",
                Integer.toString(requirements.settings().localMaxKeys()));
    }

    void forget() {
        store.forget();
    }

    /** Threads first: what else fails leaves none. */
    void close() {
        housekeeping.close();
        if (shared != null) {
            shared.close();
        }
        monitor.close();
        RecordCaches.forget();
    }

    /** Without Redis, this JVM has decided since the deployment. */
    private record LocalOnly(Ticker clock, long origin) implements LimiterStatus {
        @Override
        public DecidedBy store() {
            return DecidedBy.LOCAL;
        }

        @Override
        public boolean degraded() {
            return false;
        }

        @Override
        public Duration since() {
            return Duration.ofNanos(clock.nanoTime() - origin);
        }

        @Override
        public int nodes() {
            return 1;
        }

        @Override
        public Optional<Duration> clockSkew() {
            return Optional.empty();
        }
    }

    /** Who asks where there is no request. */
    private record CallerOfContainer(Host host, boolean hasEjbs) implements Caller {

        CallerOfContainer(Host host) {
            this(host, Scan.isPresent("jakarta.ejb.EJBContext"));
        }

        @Override
        public ClientIdentity client() {
            return Client.NONE;
        }

        @Override
        public Optional<String> principal() {
            return Optional.ofNullable(user()).map(Principal::getName);
        }

        @Override
        public @Nullable Principal user() {
            return hasEjbs ? host.ejbCaller().orElse(null) : null;
        }

        @Override
        public boolean isIn(String role) {
            return hasEjbs && host.isEjbCallerIn(role);
        }
    }
}
