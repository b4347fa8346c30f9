package io.weir.internal.http;

import io.weir.internal.answer.Answers;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.Operation;
import java.util.Map;
import java.util.function.Supplier;

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

    @Override
    protected void decided() {
        if (answers.always()) {
            request().fields(answers.fields(decisions()));
        }
    }
}
