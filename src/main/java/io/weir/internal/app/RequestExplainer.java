package io.weir.internal.app;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.LimiterStatus;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.count.CountingStore;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.Explainer;
import io.weir.internal.guard.Explainer.Explained;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Rule;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.observe.DecisionMonitor;
import io.weir.internal.operator.Explanation;
import io.weir.internal.operator.Question;
import io.weir.internal.policy.PolicyRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Says what a request would meet, policy by policy. Takes nothing. Thread-safe. */
final class RequestExplainer {

    private final Requirements requirements;
    private final PolicyRegistry policies;
    private final CountingStore store;
    private final HttpGuard guard;
    private final LimiterStatus status;
    private final ClientAddresses addresses;
    private final PolicyOverrides overrides;
    private final DecisionMonitor monitor;
    private final Explainer explainer;
    private volatile String contextPath = "";
    private volatile Set<String> limited = Set.of();
    private volatile Supplier<Map<String, ? extends Collection<String>>> mappings = Map::of;

    RequestExplainer(
            Requirements requirements,
            CountingStore store,
            HttpGuard guard,
            Keys keys,
            LimiterStatus status,
            ClientAddresses addresses,
            PolicyOverrides overrides,
            DecisionMonitor monitor) {
        this.requirements = requirements;
        this.policies = requirements.policies();
        this.store = store;
        this.guard = guard;
        this.status = status;
        this.addresses = addresses;
        this.overrides = overrides;
        this.monitor = monitor;
        this.explainer = new Explainer(store::preview, keys);
    }

    /**
     * The application has begun.
     *
     * @param path its context path
     * @param servlets the names of servlets with limits
     */
    void start(String path, Set<String> servlets) {
        contextPath = path;
        limited = servlets;
    }

    /** Where its servlets are. */
    void mapped(Supplier<Map<String, ? extends Collection<String>>> urlPatterns) {
        mappings = urlPatterns;
    }

    Explanation explain(Question question) {
        List<Explanation.Part> parts = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String path = HypotheticalRequest.path(question.path());
        if (!contextPath.isEmpty() && path.startsWith(contextPath + "/")) {
            path = path.substring(contextPath.length());
            notes.add("The path is taken as " + path + ", below the context path.");
        }
        ServletPaths.Match servlet = new ServletPaths(mappings.get()).find(path);
        HypotheticalRequest request = new HypotheticalRequest(question, path, servlet.servlet());
        Caller client = guard.caller(request, addresses, Map.of());
        boolean isLocated = false;
        if (!question.policy().isEmpty()) {
            parts.add(byName(question, client));
        } else {
            guard.passing(request, addresses)
                    .forEach(p -> parts.add(part(p.rule(), p.caller(), "filter", List.of())));
            if (HttpGuard.isPreflight(request)) {
                notes.add("A pre-flight is neither charged nor refused.");
            } else {
                isLocated = addResource(request, servlet, parts, notes);
            }
            notes.add("Policies of beans that the request calls are asked by their names.");
        }
        List<Explanation.Part> once = once(parts);
        Optional<Explanation.Part> stops = once.stream().filter(p -> !p.passes()).findFirst();
        return new Explanation(
                stops.map(Explanation.Part::decision).orElse(isLocated ? "undecided" : "admitted"),
                stops.map(Explanation.Part::policy).orElse(""),
                client.client().key(),
                word(status.store()),
                once,
                notes);
    }

    private Explanation.Part byName(Question question, Caller caller) {
        LivePolicy live = policies.find(question.policy());
        String ids = policies.ids(question.policy());
        boolean missing = question.ids().isEmpty() && !ids.isEmpty();
        List<String> asks = missing ? List.of("the resource id " + ids) : List.of();
        return part(explainer.explain(live, caller, question.ids(), asks), "name");
    }

    /** Whether only the object that a locator finds knows its limits. */
    private boolean addResource(
            HypotheticalRequest request,
            ServletPaths.Match servlet,
            List<Explanation.Part> parts,
            List<String> notes) {
        boolean isBelow = servlet.kind() == ServletPaths.Kind.PREFIX;
        boolean isElsewhere = !isBelow && servlet.kind() != ServletPaths.Kind.DEFAULT;
        if (isElsewhere || servlet.servlet().filter(limited::contains).isPresent()) {
            return false; // no path of JAX-RS
        }
        ResourcePaths resources = new ResourcePaths(requirements.scan(), requirements.resources());
        String verb = request.method().toUpperCase(Locale.ROOT);
        List<ResourcePaths.Match> found = resources.find(verb, servlet.rest(), !isBelow);
        boolean isSure = isBelow || mappings.get().isEmpty(); // else it would be a filter
        if (!found.isEmpty() && found.get(0).isLocator()) {
            notes.add(
                    name(found.get(0))
                            + " locates what is called: its policies are asked by their names.");
            return true;
        }
        Set<List<Rule>> different = new HashSet<>();
        for (ResourcePaths.Match one : found) {
            different.add(requirements.rules().of(one.type(), one.method()));
        }
        boolean areAlike = different.size() < 2;
        for (ResourcePaths.Match one : found) {
            List<Rule> rules = requirements.rules().of(one.type(), one.method());
            if (different.remove(rules)) {
                List<String> asks = new ArrayList<>();
                if (!isSure || !one.isSure()) {
                    asks.add("whether JAX-RS calls " + name(one) + " for this path");
                } else if (!areAlike) {
                    asks.add("whether the media types choose " + name(one));
                }
                Caller caller = guard.caller(request, addresses, one.values());
                rules.forEach(rule -> parts.add(part(rule, caller, where(rule), asks)));
            }
        }
        return false;
    }

    private static String name(ResourcePaths.Match found) {
        return found.type().getSimpleName() + "." + found.method().getName() + "()";
    }

    private static String where(Rule rule) {
        return rule.needsArguments() || rule.policy().onRefusal() == OnRefusal.SKIP
                ? "method"
                : "jaxrs";
    }

    private Explanation.Part part(Rule rule, Caller caller, String where, List<String> unknown) {
        List<String> asks = new ArrayList<>(unknown);
        if (!rule.idParameters().isEmpty()) {
            asks.add("the resource id " + policies.ids(rule.policy().name()));
        }
        if (rule.costParameter().isPresent()) {
            asks.add("the argument that is the cost");
        }
        return part(explainer.explain(rule.live(), caller, List.of(), asks), where);
    }

    private Explanation.Part part(Explained of, String where) {
        Policy policy = of.policy();
        Decision decision = of.decision().orElse(null);
        boolean skips = policy.onRefusal() == OnRefusal.SKIP;
        String why = !of.passes() && skips ? "the method is left out" : of.why();
        return new Explanation.Part(
                policy.name(),
                where,
                word(policy.mode()),
                decision == null ? "undecided" : word(decision),
                of.passes() || skips,
                why,
                of.store().map(RequestExplainer::word).orElse(""),
                of.plan(),
                of.known(),
                of.key().map(key -> monitor.digits(policy, key)).orElse(""),
                of.cost(),
                decision instanceof Decision.Refused refused
                        ? millis(refused.retryAfter())
                        : decision instanceof Decision.Unavailable away
                                ? millis(away.retryAfter())
                                : 0,
                decision == null
                        ? of.key().map(key -> left(store.peek(policy, key))).orElse(List.of())
                        : left(decision.limits()),
                of.asks(),
                of.candidate(),
                policies.describeNow(policy.name()),
                overrides.of(policy.name()).orElse(""));
    }

    /** One operation pays once for a policy and key, wherever it is asked. */
    private static List<Explanation.Part> once(List<Explanation.Part> parts) {
        Set<List<String>> seen = new HashSet<>();
        return parts.stream()
                .filter(
                        part ->
                                part.digits().isEmpty()
                                        || seen.add(List.of(part.policy(), part.digits())))
                .toList();
    }

    static List<Explanation.Left> left(List<LimitState> states) {
        return states.stream()
                .map(
                        s ->
                                new Explanation.Left(
                                        s.name(),
                                        s.permits(),
                                        s.remaining(),
                                        s.window().toMillis(),
                                        millis(s.untilNext())))
                .toList();
    }

    /** Rounded up: who waits as long as he is told is admitted. */
    private static long millis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }

    private static String word(Decision decision) {
        return decision.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
