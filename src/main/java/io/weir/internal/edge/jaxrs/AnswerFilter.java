package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answer;
import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;

/**
 * Answers for refusals that {@link RefusalMapper} has found, because it knows the request: an
 * asynchronous one may be refused on a thread that serves another, or none. Where the container's
 * error page is wanted, leaves the refusal to the servlet edge, which asks for it.
 */
final class AnswerFilter implements ContainerResponseFilter {

    private final HttpGuard guard;

    AnswerFilter(HttpGuard guard) {
        this.guard = guard;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof RateLimitExceededException refused) {
            Answer answer = guard.answer(refused, Operations.of(request, guard).orElse(null));
            Response complete = Responses.of(answer, guard.errorPage());
            response.setStatus(complete.getStatus());
            complete.getHeaders()
                    .forEach((name, values) -> response.getHeaders().put(name, values));
            response.setEntity(complete.getEntity());
        }
        if (response.getEntity() instanceof Answer answer) {
            request.setProperty(HttpGuard.ERROR_PAGE, answer);
            response.setEntity(null);
        }
    }
}
