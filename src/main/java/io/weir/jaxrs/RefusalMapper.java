package io.weir.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.http.Answer;
import io.weir.http.HttpGuard;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Answers for a limited bean that refused underneath a resource. */
final class RefusalMapper implements ExceptionMapper<RateLimitExceededException> {

    private final HttpGuard guard;

    RefusalMapper(HttpGuard guard) {
        this.guard = guard;
    }

    @Override
    public Response toResponse(RateLimitExceededException refused) {
        Answer answer = guard.answer(refused, guard.current().orElse(null));
        return Responses.of(answer, guard.errorPage());
    }
}
