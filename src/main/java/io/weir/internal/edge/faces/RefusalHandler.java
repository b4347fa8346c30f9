package io.weir.internal.edge.faces;

import io.weir.RateLimitExceededException;
import io.weir.internal.http.HttpGuard;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.ExceptionQueuedEvent;
import java.util.Iterator;

/**
 * Hands a refusal to the servlet edge, before Faces logs it or makes a page or a 200 of it: full
 * and partial requests are answered alike. It is not thrown, for Open Liberty logs whatever leaves
 * a servlet.
 */
final class RefusalHandler extends ExceptionHandlerWrapper {

    RefusalHandler(ExceptionHandler wrapped) {
        super(wrapped);
    }

    @Override
    public void handle() {
        RateLimitExceededException refused = null;
        for (ExceptionQueuedEvent event : getUnhandledExceptionQueuedEvents()) {
            if (refused == null) {
                refused = HttpGuard.refusalIn(event.getContext().getException());
            }
        }
        if (refused == null) {
            super.handle();
            return;
        }
        // What else has failed in this phase is not answered: the refusal is.
        Iterator<ExceptionQueuedEvent> events = getUnhandledExceptionQueuedEvents().iterator();
        while (events.hasNext()) {
            events.next();
            events.remove();
        }
        FacesContext faces = FacesContext.getCurrentInstance();
        faces.getExternalContext().getRequestMap().put(HttpGuard.REFUSAL, refused);
        faces.responseComplete();
    }
}
