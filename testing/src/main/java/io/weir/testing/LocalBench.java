package io.weir.testing;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.app.Host;
import io.weir.internal.app.Scan;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Operation;
import io.weir.internal.policy.PolicyRegistry;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The modules of an application in this JVM, with the clock and with what they share. */
final class LocalBench implements Bench, AutoCloseable {

    /** For how long Redis must have failed before the stand-in decides. */
    private static final Duration NOTICED = Duration.ofMillis(300);

    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(60);

    private final Map<String, String> settings;
    private final boolean redis;

    /** A {@link TestRedis}, which is loaded only where there is embedded-redis. */
    private final @Nullable Object started;

    private final StoppedClock clock = new StoppedClock(this::advance);
    private final List<Deployment> modules = new CopyOnWriteArrayList<>();
    private final List<SharedUnderTest> shared = new CopyOnWriteArrayList<>();

    /** What this bench has deployed itself, where nobody else does. */
    private @Nullable Deployment own;

    /** Of the thread that tests; null in a server. */
    private @Nullable Who who;

    private @Nullable Thread thread;
    private final List<CurrentOperation.Scope> scopes = new ArrayList<>();
    private volatile boolean away;
    private Duration begun = Duration.ZERO;

    /**
     * Without an application.
     *
     * @param redis whether what is configured is used, if anything is
     * @param settings of the test
     * @param started what was started for it; null: nothing
     */
    LocalBench(boolean redis, Map<String, String> settings, @Nullable Object started) {
        this.started = started;
        this.redis = redis;
        Map<String, String> all = new HashMap<>(settings);
        all.put("weir.redis.deadline", "5s"); // a slow machine is no outage
        this.settings = Map.copyOf(all);
    }

    @Nullable Object started() {
        return started;
    }

    StoppedClock clock() {
        return clock;
    }

    Map<String, String> settings() {
        return settings;
    }

    RemoteCounts shared(@Nullable RemoteCounts configured) {
        RemoteCounts counts = configured == null || !redis ? new MemoryCounts(clock) : configured;
        SharedUnderTest made = new SharedUnderTest(counts, this::lose, shared::remove);
        made.away(away);
        shared.add(made);
        return made;
    }

    void deployed(Deployment module) {
        modules.add(module);
        if (who != null && thread == Thread.currentThread()) {
            enter(who);
        }
    }

    void undeployed(Deployment module) {
        modules.remove(module);
    }

    /** Whether a module is there. */
    boolean isDeployed() {
        return !modules.isEmpty();
    }

    /**
     * Begins to count in Redis, where there is one.
     *
     * @param name of the application, where no web container starts it
     */
    void start(String name) {
        for (Deployment module : modules) {
            module.start(name, Set.of(), Map.of());
        }
        ready();
    }

    /** Waits for Redis, where there is one. */
    void ready() {
        await();
        shared.forEach(SharedUnderTest::begin);
    }

    private void await() {
        long begin = System.nanoTime();
        for (Deployment module : modules) {
            while (!away && isAway(module)) {
                if (System.nanoTime() - begin > FIRST_CONNECTION.toNanos()) {
                    throw new IllegalStateException(
                            "Redis does not answer: the log says more of it. Tests without"
                                    + " redis = true count in memory");
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private static boolean isAway(Deployment module) {
        return module.status() instanceof Breaker breaker && breaker.degraded();
    }

    @Override
    public void advance(Duration by) {
        Bench.checked(by);
        Instant before = clock.date();
        clock.advance(by);
        shared.forEach(counts -> counts.makeOlder(by, before, clock.date()));
    }

    @Override
    public void outage(boolean is) {
        away = is;
        shared.forEach(counts -> counts.away(is));
        if (is) {
            lose();
        } else {
            breakers().forEach(LocalBench::find);
        }
    }

    private List<Breaker> breakers() {
        return modules.stream()
                .map(Deployment::status)
                .filter(Breaker.class::isInstance)
                .map(Breaker.class::cast)
                .toList();
    }

    /** As after heartbeats that have failed for long enough, without the wait. */
    private void lose() {
        for (Breaker breaker : breakers()) {
            while (!breaker.degraded()) {
                breaker.probe(LocalBench::fail);
                clock.later(NOTICED, () -> breaker.probe(LocalBench::fail));
            }
        }
    }

    private static Heartbeat fail() throws StoreUnavailableException {
        throw new StoreUnavailableException(
                StoreUnavailableException.Kind.NOT_COUNTED, "a test has taken Redis away");
    }

    /** The next heartbeat tells the rest. */
    private static void find(Breaker breaker) {
        while (breaker.degraded()) {
            breaker.probe(() -> new Heartbeat(breaker.nodes(), false, Duration.ZERO));
        }
    }

    @Override
    public void reset() {
        if (away) {
            outage(false);
        }
        begun = clock.elapsed();
        modules.forEach(Deployment::forget);
        shared.forEach(SharedUnderTest::forget);
    }

    @Override
    public void enter(Who now) {
        leave();
        who = now;
        thread = Thread.currentThread();
        for (Deployment module : modules) {
            scopes.add(module.current().enter(new Operation(now)));
        }
    }

    void leave() {
        for (int i = scopes.size() - 1; i >= 0; i--) {
            scopes.get(i).close();
        }
        scopes.clear();
        who = null;
    }

    @Override
    public Decision take(Who by, Request request) {
        return with(
                by,
                request,
                module -> {
                    Object[] ids = request.ids().toArray();
                    return request.object().isPresent()
                            ? module.limiter().tryAcquire(request.object().get(), ids)
                            : module.limiter().tryAcquire(request.policy(), ids);
                });
    }

    @Override
    public String describe(Who by, Request request) {
        return with(
                by,
                request,
                module -> {
                    Object[] ids = request.ids().toArray();
                    Key key =
                            request.object().isPresent()
                                    ? module.key(request.object().get(), ids)
                                    : module.key(request.policy(), ids);
                    String policy =
                            request.object().isPresent()
                                    ? ofCode(request.object().get())
                                    : module.describe(request.policy());
                    LimiterStatus status = module.status();
                    return "policy: %s%ncaller: %s%nkey: %s%ncounted: %s%nclock: %s after the test began"
                            .formatted(
                                    policy,
                                    by.inWords(),
                                    key.text(),
                                    status.store() == DecidedBy.REDIS
                                            ? "in " + shared.get(shared.size() - 1).address()
                                            : "in this JVM, Redis is away",
                                    clock.elapsed().minus(begun));
                });
    }

    private static String ofCode(Policy policy) {
        String onOutage = policy.onOutage().name().toLowerCase(Locale.ROOT);
        return PolicyRegistry.inWords(policy)
                + "; a Policy object, on-outage %s, mode %s"
                        .formatted(onOutage, policy.mode().name().toLowerCase(Locale.ROOT));
    }

    private interface Asking<T> {
        T of(Deployment module);
    }

    @SuppressWarnings("try") // the scope is closed, and needs no more
    private <T> T with(Who by, Request request, Asking<T> asking) {
        Deployment module = module(request);
        try (CurrentOperation.Scope scope = module.current().enter(new Operation(by))) {
            return asking.of(module);
        }
    }

    @Override
    public RateLimiter limiter() {
        return module().limiter();
    }

    /** The first that knows the policy, or else the last. */
    private Deployment module(Request request) {
        Deployment last = module();
        return modules.size() == 1 || request.object().isPresent()
                ? last
                : modules.stream()
                        .filter(one -> knows(one, request.policy()))
                        .findFirst()
                        .orElse(last);
    }

    private static boolean knows(Deployment module, String policy) {
        try {
            return !module.describe(policy).isEmpty();
        } catch (IllegalArgumentException e) { // the last one says it
            return false;
        }
    }

    /** The last that was deployed: the only one but in an EAR. */
    private Deployment module() {
        if (modules.isEmpty()) {
            deploy();
        }
        return modules.get(modules.size() - 1);
    }

    private void deploy() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        Host host = new Nothing(context == null ? LocalBench.class.getClassLoader() : context);
        Deployment made = new Deployment(new Scan(), host, new CurrentOperation(), new HashSet<>());
        own = made;
        made.limiter();
        start("weir-testing");
    }

    /** Ends what this bench has deployed itself. */
    @Override
    public void close() {
        leave();
        if (own != null) {
            own.close();
        }
    }

    /** No application: settings, and policies of code. */
    private record Nothing(ClassLoader loader) implements Host {
        @Override
        public Optional<Principal> ejbCaller() {
            return Optional.empty();
        }

        @Override
        public boolean isEjbCallerIn(String role) {
            return false;
        }
    }
}
