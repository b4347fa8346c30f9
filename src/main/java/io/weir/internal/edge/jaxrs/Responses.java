package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answer;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;

/** An answer as JAX-RS writes it. */
final class Responses {

    private Responses() {}

    /** A refusal whose request is not known here: {@link AnswerFilter} makes the answer. */
    static Response toBeAnswered(RateLimitExceededException refused) {
        return Response.status(Response.Status.TOO_MANY_REQUESTS).entity(refused).build();
    }

    static Response of(Answer answer, boolean errorPage) {
        Response.ResponseBuilder response = Response.status(answer.status());
        answer.headers().forEach(field -> response.header(field.name(), field.value()));
        if (errorPage) {
            response.entity(answer); // for AnswerFilter
        } else {
            response.header("Content-Type", answer.contentType());
            // Bytes, so that no application's writer for String or JSON has a say.
            response.entity(answer.body().getBytes(StandardCharsets.UTF_8));
        }
        return response.build();
    }
}
