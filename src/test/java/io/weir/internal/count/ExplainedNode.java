package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.address.ClientSettings;
import io.weir.internal.answer.Answer;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.answer.Answers;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Explainer;
import io.weir.internal.guard.Explainer.Explained;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Rule;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import io.weir.internal.http.RequestView;
import io.weir.internal.http.RouteSettings;
import io.weir.internal.http.Unenforced;
import java.lang.reflect.Method;
import java.security.Principal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One node, its policies, what it shares with another one, and requests that it meets. */
final class ExplainedNode {

    private static final List<String> CLIENTS =
            List.of("203.0.113.7", "203.0.113.8", "198.51.100.9", "192.0.2.1", "2001:db8::5");
    private static final List<String> PATHS = List.of("/search", "/products/1", "/products/2");

    private record Request(
            String method,
            String path,
            Dispatch dispatch,
            String peer,
            String name,
            String apiKey,
            Predicate<String> roles)
            implements RequestView {
        @Override
        public boolean isIn(String role) {
            return roles.test(role);
        }

        @Override
        public List<String> paths() {
            return List.of(path);
        }

        /** One of the paths is that of a servlet with limits of its own. */
        @Override
        public Optional<String> servlet() {
            return path.equals("/search") ? Optional.of("search") : Optional.empty();
        }

        @Override
        public List<String> header(String header) {
            return header.equals("X-Api-Key") && !apiKey.isEmpty() ? List.of(apiKey) : List.of();
        }

        @Override
        public Collection<String> headerNames() {
            return List.of("X-Api-Key");
        }

        @Override
        public void fields(List<Answer.Field> fields) {}

        @Override
        public @Nullable Principal user() {
            return name.isEmpty() ? null : () -> name;
        }
    }

    private final Random random;
    private final ExplainedPolicies policies;
    private final SetTicker ticker = SetTicker.anywhere();

    /** By the names of policies. */
    private final Map<String, Decision> decided = new HashMap<>();

    /** Those that only observed it, which may be so by the caller's plan alone. */
    private final Set<String> observed = new HashSet<>();

    private final CountingStore remote = new CountingStore(1_000, ticker, () -> {});
    private final CountedThere there = new CountedThere(remote);
    private final Breaker breaker = new Breaker(ticker, 2, new Silent());
    private final CountingStore store;
    private final boolean shares;
    private final Keys keys;
    private final HttpGuard guard;
    private final Explainer explainer;
    private final ClientAddresses addresses;

    ExplainedNode(Random random) {
        this.random = random;
        policies = new ExplainedPolicies(random);
        keys =
                new Keys(
                        policies.resolvers,
                        policies.prices,
                        "weir",
                        (policy, source, thrown) -> {});
        shares = random.nextInt(4) > 0;
        store =
                shares
                        ? new CountingStore(
                                1_000, ticker, () -> {}, there, breaker, Duration.ofMillis(50))
                        : new CountingStore(1_000, ticker, () -> {});
        addresses =
                new ClientAddresses(
                        new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64),
                        ticker,
                        finding -> {});
        CurrentOperation current = new CurrentOperation();
        Gate gate =
                new Gate(
                        name -> {
                            throw new IllegalArgumentException(name);
                        },
                        store,
                        keys,
                        new Plans(
                                List.of(),
                                policies.plans,
                                policies::claim,
                                (policy, source, plan) -> {},
                                (policy, source, thrown) -> {}),
                        current,
                        () -> Client.NONE,
                        policy -> {},
                        (policy, key, edge, by, decision, nanos) -> {
                            decided.put(policy.name(), decision);
                            if (policy.mode() == Mode.OBSERVE) {
                                observed.add(policy.name());
                            }
                        },
                        ticker);
        Map<Rule, RouteSettings> routes = new LinkedHashMap<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            routes.put(Rule.of(policies.live("p" + i)), route());
        }
        Map<String, List<Rule>> servlets =
                random.nextBoolean()
                        ? Map.of("search", List.of(Rule.of(policies.live("s"))))
                        : Map.of();
        guard =
                new HttpGuard(
                        gate,
                        (type, method) -> List.of(),
                        routes,
                        () -> servlets,
                        current,
                        addresses,
                        new Answers(
                                new AnswerSettings(
                                        AnswerSettings.When.REFUSED, AnswerSettings.Form.DRAFT_11),
                                null),
                        false,
                        new Unenforced() {
                            @Override
                            public void answeredInFront(Policy policy, String path, boolean late) {}

                            @Override
                            public void answeredByContainer(Policy policy, String path) {}

                            @Override
                            public void served(Class<?> type, Method method) {}
                        });
        explainer = new Explainer(store::preview, keys);
    }

    private RouteSettings route() {
        return new RouteSettings(
                policies.pick(List.of("/*", "/search", "/products/{id}", "/products/*")),
                random.nextBoolean() ? Set.of() : Set.of("GET"),
                policies.pick(
                        List.of(
                                RouteSettings.ENTRIES,
                                Set.of(Dispatch.REQUEST),
                                Set.of(Dispatch.FORWARD, Dispatch.ERROR),
                                Set.of(Dispatch.values()))),
                random.nextInt(3) > 0 ? List.of() : List.of("/products/2"));
    }

    void happens() throws Exception {
        switch (random.nextInt(13)) {
            case 0 -> there.up = !there.up;
            case 1, 2 -> ticker.advance(random.nextLong(4_000_000_000L));
            case 3 -> ticker.advance(random.nextLong(60_000_000L));
            case 4 -> { // Redis forgets
                for (Policy policy : policies.all) {
                    remote.reset(policy, io.weir.Key.ofClient(policies.pick(CLIENTS)));
                }
            }
            case 5 -> { // another node admits
                Policy policy = policies.pick(policies.all);
                remote.tryAcquire(policy, io.weir.Key.ofClient(policies.pick(CLIENTS)), 1);
            }
            case 6 -> policies.override();
            default -> {}
        }
        if (shares && random.nextBoolean()) {
            store.probe(
                    () -> {
                        if (!there.up) {
                            throw new StoreUnavailableException("cable pulled", null);
                        }
                        return new Heartbeat(2, false, Duration.ZERO);
                    });
        }
    }

    Request request() {
        return new Request(
                policies.pick(List.of("GET", "POST", "HEAD")),
                policies.pick(PATHS),
                random.nextBoolean() ? Dispatch.REQUEST : policies.pick(List.of(Dispatch.values())),
                policies.pick(CLIENTS),
                policies.pick(List.of("", "ada")),
                policies.pick(List.of("", "k1")),
                policies::ask);
    }

    List<Explained> explain(Request request) {
        return guard.passing(request, addresses).stream()
                .map(p -> explainer.explain(p.rule().live(), p.caller(), List.of(), List.of()))
                .toList();
    }

    void compare() {
        Request request = request();
        explain(request); // which may be the first to meet an outage
        List<Explained> explained = explain(request);
        boolean serves = serves();
        decided.clear();
        observed.clear();
        policies.asked.clear();
        HttpOperation operation = guard.begin(request);
        Answer answer;
        try {
            answer = guard.path(operation, request, null);
        } catch (RateLimitExceededException refused) { // of what is included
            answer = guard.answer(refused, operation);
        }
        String what =
                "%s: %s but %s, asked %s".formatted(request, explained, decided, policies.asked);
        boolean passes = true;
        for (Explained one : explained) {
            passes = passes(one, what);
            if (!passes) {
                break;
            }
            if (one.decision().isEmpty() && serves() != serves) {
                return; // what could not be explained was the first to meet an outage
            }
        }
        assertThat(answer == null).as(what).isEqualTo(passes);
        if (random.nextBoolean()) {
            operation.pending().answered(policies.pick(List.of(200, 500)), null);
        }
    }

    private boolean serves() {
        return breaker.asksPrimary() && !breaker.pauses();
    }

    /** Whether the request has passed it, which is as was said; or nothing was. */
    private boolean passes(Explained one, String what) {
        String name = one.policy().name();
        Decision got = decided.get(name);
        if (one.decision().isEmpty()) {
            assertThat(policies.asked).as(what).contains(name);
            return got == null || observed.contains(name) || got instanceof Decision.Admitted;
        }
        if (one.store().isPresent()) {
            assertThat(policies.asked).as(what).doesNotContain(name);
        }
        if (got == null) { // neither counted nor denied
            assertThat(one.passes()).as(what).isTrue();
            return true;
        }
        Decision said = one.decision().get();
        assertThat(got).as(what).hasSameClassAs(said);
        if (said instanceof Decision.Refused before && got instanceof Decision.Refused after) {
            assertThat(before.violated()).as(what).isEqualTo(after.violated());
            assertThat(before.retryAfter()).as(what).isEqualTo(after.retryAfter());
        }
        return one.passes();
    }
}
