package io.weir.guide;

import io.weir.RateLimitExceededException;
import io.weir.internal.guard.Rule;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Does to requests what the JAX-RS edge does; the suite of the servers has real ones. */
final class ResourceCalls {

    private ResourceCalls() {}

    /** How many requests for a resource method are admitted before one is refused. */
    static int admitted(Served app, Class<?> type, String method, Map<String, String> path)
            throws Exception {
        AtomicBoolean refused = new AtomicBoolean();
        app.page((request, response) -> refused.set(isRefused(app, type, method, path, request)));
        for (int requests = 0; requests < 1_000; requests++) {
            app.get("/");
            if (refused.get()) {
                return requests;
            }
        }
        return 1_000;
    }

    private static boolean isRefused(
            Served app,
            Class<?> type,
            String name,
            Map<String, String> path,
            HttpServletRequest request) {
        HttpGuard guard = app.get(HttpGuard.class);
        Method method =
                Arrays.stream(type.getDeclaredMethods())
                        .filter(m -> m.getName().equals(name))
                        .findFirst()
                        .orElseThrow();
        List<Rule> rules = guard.rules(type, method);
        HttpOperation operation = (HttpOperation) request.getAttribute(HttpGuard.OPERATION);
        try {
            guard.resource(rules, operation, () -> null, () -> path);
            return false;
        } catch (RateLimitExceededException e) {
            return true;
        }
    }
}
