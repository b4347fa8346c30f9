package io.weir.internal.edge.servlet;

import io.weir.internal.answer.Answer;
import io.weir.internal.guard.Operation;
import io.weir.internal.http.Approach;
import io.weir.internal.http.HttpGuard;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * The response while nobody behind the application's filters was asked: one of them that answers by
 * itself is told now that the request is refused, if it is.
 */
final class Missing extends HttpServletResponseWrapper {

    private final HttpGuard guard;
    private final Approach approach;
    private final Operation operation;

    private final RefusableResponse outer;

    Missing(
            HttpGuard guard,
            Approach approach,
            Operation operation,
            HttpServletResponse response,
            RefusableResponse outer) {
        super(response);
        this.outer = outer;
        this.guard = guard;
        this.approach = approach;
        this.operation = operation;
    }

    /** Whether a filter that answers may have to be stopped. */
    boolean isOpen() {
        return approach.isOpen();
    }

    /** Decides what nobody has decided, and answers whether the response is given with that. */
    boolean decided() {
        Answer refused = guard.missed(approach, operation);
        return refused != null && outer.refuse(refused);
    }

    @Override
    public void sendError(int status) throws IOException {
        if (!decided()) {
            super.sendError(status);
        }
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (!decided()) {
            super.sendError(status, message);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (!decided()) {
            super.sendRedirect(location);
        }
    }
}
