package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answer;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Answers for refusals that {@link RefusalMapper} has found, because it knows the request: an
 * asynchronous one may be refused on a thread that serves another, or none. Where the container's
 * error page is wanted, leaves the refusal to the servlet edge, which asks for it.
 *
 * @param jersey whether Jersey serves, which answers 500 for what a mapper throws, and tells nobody
 */
record AnswerFilter(HttpGuard guard, boolean jersey) implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        HttpOperation operation = JaxrsRequest.operation(request, guard).orElse(null);
        RateLimitExceededException refused =
                response.getEntity() instanceof RateLimitExceededException found
                        ? found
                        : lost(request, response, operation);
        if (refused != null && operation != null && operation.hasBegun()) {
            response.setEntity(null); // Jersey would write it behind what the client has got
        } else if (refused != null) {
            Answer answer = guard.answer(refused, operation);
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

    private @Nullable RateLimitExceededException lost(
            ContainerRequestContext request,
            ContainerResponseContext response,
            @Nullable HttpOperation operation) {
        return jersey
                        && operation != null
                        && response.getStatus() == 500
                        && !response.hasEntity()
                        && JerseyRefusals.isUnmapped(request)
                ? operation.refused()
                : null;
    }
}
