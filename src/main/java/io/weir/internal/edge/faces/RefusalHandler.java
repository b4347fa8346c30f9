package io.weir.internal.edge.faces;

import io.weir.RateLimitExceededException;
import io.weir.internal.http.HttpGuard;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.event.ExceptionQueuedEvent;

/**
 * Throws a refusal on, before Faces logs it or makes a page or a 200 of it: the servlet edge
 * answers full and partial requests alike.
 */
final class RefusalHandler extends ExceptionHandlerWrapper {

    RefusalHandler(ExceptionHandler wrapped) {
        super(wrapped);
    }

    @Override
    public void handle() {
        for (ExceptionQueuedEvent event : getUnhandledExceptionQueuedEvents()) {
            RateLimitExceededException refused =
                    HttpGuard.refusalIn(event.getContext().getException());
            if (refused != null) {
                throw refused;
            }
        }
        super.handle();
    }
}
