package io.weir.internal.edge.jaxrs;

import io.weir.OnRefusal;
import io.weir.internal.guard.Rule;
import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.List;

/** Binds a filter to each resource method: it limits, and tells the inside who asks. */
record LimitFeature(HttpGuard guard) implements DynamicFeature {

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        List<Rule> all = guard.rules(resource.getResourceClass(), resource.getResourceMethod());
        List<Rule> rules = all.stream().filter(LimitFeature::canBeDecidedEarly).toList();
        context.register(new LimitFilter(guard, rules), priority(rules));
        if (rules.size() < all.size()) {
            context.register(new Served(guard, resource.getResourceMethod()));
        }
    }

    /** What needs a parsed argument, or skips the method, is left to the interceptor. */
    private static boolean canBeDecidedEarly(Rule rule) {
        return !rule.needsArguments() && rule.policy().onRefusal() == OnRefusal.THROW;
    }

    /**
     * Before authentication, so that guesses are limited; behind it where the key or the cost may
     * be the user's, and behind filters that authenticate without saying their priority.
     */
    private static int priority(List<Rule> rules) {
        return rules.stream().anyMatch(Rule::needsUser)
                ? Priorities.USER + 1_000
                : Priorities.AUTHENTICATION - 100;
    }

    /** Shows the object that serves the request, for a method that needs an interceptor. */
    private record Served(HttpGuard guard, Method method) implements ContainerRequestFilter {

        @Override
        public void filter(ContainerRequestContext context) {
            List<Object> matched = context.getUriInfo().getMatchedResources();
            if (!matched.isEmpty()) {
                guard.served(matched.get(0).getClass(), method);
            }
        }
    }
}
