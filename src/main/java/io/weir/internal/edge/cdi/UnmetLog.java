package io.weir.internal.edge.cdi;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.Policy;
import io.weir.internal.http.Unenforced;
import io.weir.internal.policy.Problem;
import io.weir.internal.policy.ProblemCode;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Says what is declared and met nobody, and what of the application failed. */
final class UnmetLog implements Unenforced {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final Table table;
    private final Set<String> nobodys = ConcurrentHashMap.newKeySet();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();
    private final Set<Method> told = ConcurrentHashMap.newKeySet();

    UnmetLog(Table table) {
        this.table = table;
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

    /** Of one policy once: what goes wrong with a call goes wrong with each. */
    void nobody(Policy policy) {
        if (nobodys.add(policy.name())) {
            warn(
                    ProblemCode.NOBODY,
                    policy.name(),
                    "a call on the thread \""
                            + Thread.currentThread().getName()
                            + "\", without a request or a caller");
        }
    }

    /** Code of the application that throws does so again and again: each kind is told once. */
    void failed(Policy policy, String source, @Nullable Throwable thrown) {
        String where = policy.name() + ", " + source;
        String given = thrown == null ? "null" : thrown.getClass().getName();
        if (failures.add(where + given)) {
            Problem warning = problem(ProblemCode.RESOLVER_FAILED, where, given);
            LOG.log(WARNING, warning.text(), thrown);
        }
    }

    /** What CDI intercepts is of a class that it has made, which was not found at deployment. */
    @Override
    public void located(Class<?> type, Method method) {
        if (table.knows(type) && told.add(method)) {
            warn(
                    ProblemCode.NOT_INTERCEPTED,
                    type.getName() + "." + method.getName(),
                    "an object that a locator has made by itself");
        }
    }

    private static void warn(ProblemCode code, String where, String given) {
        Problem warning = problem(code, where, given);
        LOG.log(WARNING, warning.text());
    }

    private static Problem problem(ProblemCode code, String where, String given) {
        return new Problem(code.severity(), code, where, given, code.expected(), Optional.empty());
    }
}
