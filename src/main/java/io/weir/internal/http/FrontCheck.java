package io.weir.internal.http;

import io.weir.KeySource;
import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answer;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.Terms;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the filter in front of the application's filters has decided for one dispatch of a request
 * whose path is limited. The filter behind them is asked next, or nobody is.
 */
public final class FrontCheck {

    private final HttpGuard guard;
    private final HttpOperation operation;
    private final RequestCaller caller;
    private final List<Route.Match> matches;
    private final AtomicBoolean over = new AtomicBoolean();
    private boolean refused;
    private @Nullable Answer answer;

    /** Passes the rules that need nothing which only the application's filters know. */
    FrontCheck(
            HttpGuard guard,
            HttpOperation operation,
            RequestCaller caller,
            List<Route.Match> matches) {
        this.guard = guard;
        this.operation = operation;
        this.caller = caller;
        this.matches = matches;
        for (Route.Match match : matches) {
            RateLimitExceededException refusal =
                    match.route().isLate() ? null : guard.enter(match, operation, caller);
            if (refusal != null) {
                refused = true;
                if (match.route().isMissed()) {
                    answer = guard.atPath(refusal, operation, caller.request());
                } // else it is answered behind the filters, with the fields that these have set
                return;
            }
        }
    }

    /**
     * The answer that is given in front.
     *
     * @return null where the request goes on
     */
    public @Nullable Answer answer() {
        return answer;
    }

    /**
     * Whether a filter of the application that answers by itself may have to be stopped.
     *
     * @return false where everything was decided, and admitted
     */
    public boolean isOpen() {
        return refused || matches.stream().anyMatch(match -> match.route().isLate());
    }

    /**
     * A filter of the application answers by itself, or has answered: what nobody behind it was
     * asked is asked now.
     *
     * @return the answer to a refused request, else null
     */
    public @Nullable Answer missed() {
        if (!over.compareAndSet(false, true)) {
            return null;
        }
        for (Route.Match match : matches) {
            if (match.route().becomesMissed()) {
                guard.answeredInFront(match.route());
            }
            RateLimitExceededException refusal = guard.enter(match, operation, caller);
            if (refusal != null) {
                return guard.atPath(refusal, operation, caller.request());
            }
        }
        return null;
    }

    /**
     * The filter behind has been reached; answers what matches there, or null if all may differ.
     */
    @Nullable List<Route.Match> reached(RequestCaller behind) {
        boolean same = caller.request().equals(behind.request());
        if (over.compareAndSet(false, true) && !same) {
            matches.forEach(match -> compare(match.route(), caller, behind));
        }
        return same ? matches : null;
    }

    /** Whom a policy would count must be the same in front of the application's filters. */
    private static void compare(Route route, Caller front, Caller behind) {
        if (!route.isLate()) {
            for (KeySource source : route.rule().policy().key()) {
                boolean same =
                        front.client().key().equals(behind.client().key())
                                && (source.kind() != KeySource.Kind.HEADER
                                        || front.header(source.name())
                                                .equals(behind.header(source.name())));
                boolean all =
                        source.kind() == KeySource.Kind.GLOBAL
                                && route.rule().live().terms().equals(Terms.NONE);
                if (!same && !all) {
                    route.becomesLate();
                }
            }
        }
    }
}
