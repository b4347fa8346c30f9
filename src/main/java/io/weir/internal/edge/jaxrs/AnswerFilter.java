package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answer;
import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.nio.charset.StandardCharsets;

/**
 * Answers for refusals that {@link RefusalMapper} has found, because it knows the request: an
 * asynchronous one may be refused on a thread that serves another, or none. Where the container's
 * error page is wanted, leaves the refusal to the servlet edge, which asks for it.
 */
record AnswerFilter(HttpGuard guard) implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof RateLimitExceededException refused) {
            Answer answer =
                    guard.answer(refused, JaxrsRequest.operation(request, guard).orElse(null));
            MultivaluedMap<String, Object> headers = response.getHeaders();
            response.setStatus(answer.status());
            answer.headers().forEach(field -> headers.putSingle(field.name(), field.value()));
            if (guard.errorPage()) {
                request.setProperty(HttpGuard.ERROR_PAGE, answer);
                response.setEntity(null);
            } else {
                headers.putSingle("Content-Type", answer.contentType());
                // Bytes, so that no application's writer for String or JSON has a say.
                response.setEntity(answer.body().getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
