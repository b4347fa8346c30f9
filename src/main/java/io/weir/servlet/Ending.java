package io.weir.servlet;

import io.weir.gate.Operation;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Tells an operation what became of its request, once that is known. */
record Ending(Operation operation, HttpServletResponse response) implements AsyncListener {

    /** The outermost dispatch is over: the answer is there, or is still to come. */
    static void of(Operation operation, HttpServletRequest request, HttpServletResponse response) {
        DispatcherType dispatch = request.getDispatcherType();
        if (dispatch != DispatcherType.REQUEST && dispatch != DispatcherType.ASYNC) {
            return;
        }
        if (!request.isAsyncStarted()) {
            operation.answered(response.getStatus());
        } else if (operation.hasReserved()) {
            request.getAsyncContext().addListener(new Ending(operation, response));
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        operation.answered(response.getStatus());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        operation.failed();
    }

    @Override
    public void onError(AsyncEvent event) {
        operation.failed();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this); // else it is gone with the first context
    }
}
