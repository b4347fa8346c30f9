package io.weir.internal.http;

import io.weir.Decision;
import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answers;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.Operation;
import io.weir.internal.guard.PolicyDecision;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operation of a request that is here: what is decided can still be told in its answer. */
public final class HttpOperation extends Operation {

    private final Answers answers;
    private volatile RequestCaller sender;
    private volatile RequestCaller caller;

    HttpOperation(RequestCaller sender, Answers answers) {
        super(sender);
        this.answers = answers;
        this.sender = sender;
        this.caller = sender;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    /** Who asks, by the request alone. */
    RequestCaller sender() {
        return sender;
    }

    RequestView request() {
        return sender.request();
    }

    /** Filters of the application have wrapped the request: what they say holds from now on. */
    void wrapped(RequestCaller now) {
        sender = now;
        caller = now;
    }

    /** JAX-RS has found a method: what it knows of the user and the path holds from now on. */
    void matched(User user, Supplier<Map<String, String>> pathParameters) {
        caller = sender.at(user, pathParameters);
    }

    /**
     * The latest decision, where it was a refusal: what was thrown for it may have been caught, or
     * have got lost.
     *
     * @return null where the latest decision was none
     */
    public @Nullable RateLimitExceededException refused() {
        List<PolicyDecision> decisions = decisions();
        if (decisions.isEmpty()) {
            return null;
        }
        PolicyDecision latest = decisions.get(decisions.size() - 1);
        return latest.decision() instanceof Decision.Admitted
                ? null
                : new RateLimitExceededException(latest.policy(), latest.decision());
    }

    /**
     * Whether the client has the beginning of the answer.
     *
     * @return nothing else can be said then
     */
    public boolean hasBegun() {
        return request().hasBegun();
    }

    @Override
    protected void decided() {
        if (answers.always()) {
            request().fields(answers.fields(decisions()));
        }
    }
}
