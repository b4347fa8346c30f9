package io.weir.internal.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.Policy;
import io.weir.internal.http.Unenforced;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import io.weir.internal.policy.Settings;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what is declared and met nobody, and what of the application failed. */
final class WarningLog implements Unenforced {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final MethodRules rules;
    private final Settings settings;
    private final Set<String> nobodys = ConcurrentHashMap.newKeySet();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();
    private final Set<Method> told = ConcurrentHashMap.newKeySet();

    WarningLog(MethodRules rules, Settings settings) {
        this.rules = rules;
        this.settings = settings;
    }

    @Override
    public void answeredInFront(Policy policy, String path, boolean late) {
        String where = "policy " + policy.name() + " at " + path;
        if (late) {
            warn(
                    ProblemCode.ANSWERED_IN_FRONT,
                    where,
                    "an answer of a filter, before anybody knew whom to count");
        } else {
            LOG.log(
                    INFO,
                    "A filter of the application answers requests of {0} by itself: they are"
                            + " limited in front of it",
                    where);
        }
    }

    @Override
    public void answeredByContainer(Policy policy, String path) {
        warn(
                ProblemCode.NOT_REACHED,
                "policy " + policy.name() + " at " + path,
                "a request that the container has answered before any filter of Weir's");
    }

    /** Of one policy once: what goes wrong with a call goes wrong with each. */
    void nobody(Policy policy) {
        if (nobodys.add(policy.name())) {
            String thread = Thread.currentThread().getName();
            String given = "a call on the thread \"%s\", without a request or a caller";
            warn(ProblemCode.NOBODY, policy.name(), given.formatted(thread));
        }
    }

    /** Code of the application that throws does so again and again: each kind is told once. */
    void failed(Policy policy, String source, @Nullable Throwable thrown) {
        String where = policy.name() + ", " + source;
        String given = thrown == null ? "null" : thrown.getClass().getName();
        if (failures.add(where + given)) {
            String warning = Problems.text(ProblemCode.RESOLVER_FAILED, where, given);
            LOG.log(WARNING, warning, thrown);
        }
    }

    /** Of one policy and source once: what it answers is for the application to say. */
    void unknownPlan(Policy policy, String source, String plan) {
        String where = policy.name() + ", plan " + source;
        if (failures.add(where)) {
            String warning = settings.unknownPlan(where, plan);
            LOG.log(WARNING, warning);
        }
    }

    /** What CDI intercepts is of a class that it has made, which was not found at deployment. */
    @Override
    public void served(Class<?> type, Method method) {
        if (rules.knows(type) && told.add(method)) {
            warn(
                    ProblemCode.NOT_INTERCEPTED,
                    type.getName() + "." + method.getName(),
                    "an object that CDI does not intercept");
        }
    }

    /** Filters may know whom to count, and are called too late to say it. */
    void behind(Collection<String> filters, Collection<String> policies) {
        warn(
                ProblemCode.FILTER_BEHIND,
                String.join(", ", policies),
                "a filter that is called behind Weir's, or may be: " + String.join(", ", filters));
    }

    /** Redis is there, and will not remember what was used when it is started again. */
    void shortMemory(Collection<Policy> policies) {
        String names =
                policies.stream()
                        .filter(policy -> policy.fullAfter().compareTo(RedisSetup.A_DAY) > 0)
                        .map(Policy::name)
                        .collect(Collectors.joining(", "));
        warn(ProblemCode.SHORT_MEMORY, names, "a Redis that writes no log (AOF)");
    }

    private static void warn(ProblemCode code, String where, String given) {
        String warning = Problems.text(code, where, given);
        LOG.log(WARNING, warning);
    }
}
