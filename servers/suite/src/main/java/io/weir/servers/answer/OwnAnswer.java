package io.weir.servers.answer;

import io.weir.RefusalResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Short, and with a status that nobody else uses. */
@ApplicationScoped
public class OwnAnswer implements RefusalResponse {

    @Override
    public Content answer(Refusal refusal) {
        return new Content(
                420,
                "text/plain",
                "calm down for " + refusal.retryAfter().orElse(0),
                Map.of("X-Own", "yes"));
    }
}
