package io.weir.internal.edge.cdi;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.address.ProxyDoctor;
import io.weir.internal.answer.Answers;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Ticker;
import io.weir.internal.edge.ejb.EjbCaller;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Rule;
import io.weir.internal.guard.Rules;
import io.weir.internal.http.HttpDeployment;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.Route;
import io.weir.internal.observe.DecisionMonitor;
import io.weir.internal.policy.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limiter of one module of an application: where everything is put together, and taken apart
 * again.
 */
final class Weir implements HttpDeployment {

    private static final System.Logger LOG = System.getLogger("io.weir");
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);
    private static final Duration REREAD_EVERY = Duration.ofSeconds(10);

    /** The one place where the clock is read. */
    private static final Ticker CLOCK = System::nanoTime;

    private final Blueprint blueprint;
    private final Housekeeping housekeeping = new Housekeeping("weir-housekeeping");
    private final @Nullable SharedStore shared;
    private final LimiterStatus status;
    private final DecisionMonitor monitor;
    private final Gate gate;
    private final HttpGuard guard;
    private volatile Map<String, List<Rule>> servlets = Map.of();
    private boolean started;

    /**
     * Puts it together.
     *
     * @param current the operation of the current thread, as the application's modules know it
     */
    Weir(Blueprint blueprint, CurrentOperation current) {
        this.blueprint = blueprint;
        Settings settings = blueprint.settings();
        UnmetLog unmet = new UnmetLog(blueprint.table());
        shared =
                blueprint
                        .redis()
                        .map(
                                redis ->
                                        new SharedStore(
                                                settings,
                                                redis,
                                                blueprint.ownRedisson(),
                                                CLOCK,
                                                this::sayFull,
                                                this::longest))
                        .orElse(null);
        CountingStore store =
                shared == null
                        ? new CountingStore(settings.localMaxKeys(), CLOCK, this::sayFull)
                        : shared.store();
        status = shared == null ? new LocalOnly(CLOCK.nanoTime()) : shared.status();
        monitor =
                new DecisionMonitor(
                        blueprint.listeners()::decided,
                        status,
                        store::size,
                        CLOCK,
                        shared != null || !blueprint.listeners().isEmpty());
        gate =
                new Gate(
                        blueprint.policies()::find,
                        store,
                        blueprint.keys(unmet::failed),
                        current,
                        new CallerOfContainer(
                                Blueprint.isPresent("jakarta.ejb.EJBContext")
                                        ? new EjbCaller()
                                        : Optional::empty),
                        unmet::nobody,
                        monitor,
                        CLOCK,
                        TimeUnit.NANOSECONDS::sleep);
        guard =
                new HttpGuard(
                        gate,
                        blueprint::ofResource,
                        blueprint.policies().filters().stream()
                                .map(
                                        f ->
                                                new Route(
                                                        Rule.of(
                                                                blueprint
                                                                        .policies()
                                                                        .live(f.policy())),
                                                        f.rules()))
                                .toList(),
                        name -> servlets.getOrDefault(name, List.of()),
                        current,
                        new ClientAddresses(settings.client()),
                        new ProxyDoctor(CLOCK, finding -> LOG.log(WARNING, finding)),
                        new Answers(settings.answers(), blueprint.answers()),
                        settings.answer() == Settings.AnswerKind.ERROR_PAGE
                                && blueprint.answers() == null,
                        unmet);
        housekeeping.every(SWEEP_EVERY, store::sweep);
        housekeeping.every(REREAD_EVERY, blueprint::reread);
    }

    private Duration longest() {
        return blueprint.policies().all().stream()
                .map(Policy::fullAfter)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    Gate gate() {
        return gate;
    }

    @Override
    public RateLimiter limiter() {
        return gate;
    }

    Rules rules() {
        return blueprint.table();
    }

    HttpGuard guard() {
        return guard;
    }

    LimiterStatus status() {
        return status;
    }

    @Override
    public synchronized HttpGuard start(
            String contextPath, Set<Class<?>> annotated, Map<String, String> servletClasses) {
        if (!started) {
            servlets = blueprint.addWeb(servletClasses, annotated);
            started = true;
            blueprint.policies().describe().forEach(line -> LOG.log(INFO, line));
            String application = blueprint.application(contextPath);
            monitor.open(application, blueprint.policies().all(), blueprint.beans().meters());
            if (shared != null) {
                shared.start(application);
            } else if (blueprint.settings().enabled()) {
                LOG.log(INFO, "No Redis is configured: limits count in this JVM only");
            }
        }
        return guard;
    }

    @Override
    public void check(Set<Class<?>> annotated, Map<String, Map<String, String>> parameters) {
        blueprint.checkServices(annotated, parameters);
    }

    private void sayFull() {
        LOG.log(
                WARNING,
                "All of weir.local.max-keys={0} keys are in use: newcomers share 1,024 entries until"
                        + " there is room",
                Integer.toString(blueprint.settings().localMaxKeys()));
    }

    @Override
    public void close() {
        monitor.close();
        housekeeping.close();
        if (shared != null) {
            shared.close();
        }
        RecordCaches.forget();
    }

    /** Without Redis, this JVM has decided since the deployment. */
    private record LocalOnly(long origin) implements LimiterStatus {
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
            return Duration.ofNanos(CLOCK.nanoTime() - origin);
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
    private record CallerOfContainer(Supplier<Optional<String>> user) implements Caller {

        @Override
        public ClientIdentity client() {
            return Client.NONE;
        }

        @Override
        public Optional<String> principal() {
            return user.get();
        }
    }
}
