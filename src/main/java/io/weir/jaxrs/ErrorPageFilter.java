package io.weir.jaxrs;

import io.weir.http.Answer;
import io.weir.http.HttpGuard;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;

/** Leaves a refusal to the servlet edge, which asks the container for its error page. */
final class ErrorPageFilter implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof Answer answer) {
            request.setProperty(HttpGuard.ERROR_PAGE, answer);
            response.setEntity(null);
        }
    }
}
