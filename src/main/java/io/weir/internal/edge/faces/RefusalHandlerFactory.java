package io.weir.internal.edge.faces;

import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerFactory;

/** Lets refusals out of Faces. Named by {@link RefusalConfiguration}: loaded where Faces is. */
public final class RefusalHandlerFactory extends ExceptionHandlerFactory {

    /**
     * For Faces.
     *
     * @param wrapped the factory there would be without this
     */
    public RefusalHandlerFactory(ExceptionHandlerFactory wrapped) {
        super(wrapped);
    }

    @Override
    public ExceptionHandler getExceptionHandler() {
        return new RefusalHandler(getWrapped().getExceptionHandler());
    }
}
