package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.Cidr;
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
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Rule;
import io.weir.internal.guard.Terms;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import io.weir.internal.http.RequestView;
import io.weir.internal.http.RouteSettings;
import io.weir.internal.http.Unenforced;
import io.weir.testing.Policies;
import java.lang.reflect.Method;
import java.security.Principal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * What is explained is what the same request then gets: whatever the policies, keys, modes,
 * networks, plans and dispatches, while Redis comes, goes and forgets.
 */
class ExplainPropertyTest {

    private static final List<String> CLIENTS =
            List.of("203.0.113.7", "203.0.113.8", "198.51.100.9", "192.0.2.1", "2001:db8::5");
    private static final List<String> PATHS = List.of("/search", "/products/1", "/products/2");

    private record Request(
            String method, String path, Dispatch dispatch, String peer, String name, String apiKey)
            implements RequestView {
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

    /** An operator may change it. */
    private static final class Live implements LivePolicy {
        private Policy policy;
        private final Terms terms;

        Live(Policy policy, Terms terms) {
            this.policy = policy;
            this.terms = terms;
        }

        @Override
        public Policy get() {
            return policy;
        }

        @Override
        public Terms terms() {
            return terms;
        }
    }

    /** One node, its policies, and what it shares with another one. */
    private static final class World {
        private final Random random;
        private final SetTicker ticker = SetTicker.anywhere();
        private final List<Decision> decided = new ArrayList<>();
        private final CountingStore remote = new CountingStore(1_000, ticker, () -> {});
        private final CountedThere there = new CountedThere(remote);
        private final Breaker breaker = new Breaker(ticker, 2, new Silent());
        private final CountingStore store;
        private final boolean shares;
        private final Keys keys =
                new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {});
        private final List<Policy> policies = new ArrayList<>();
        private final List<Live> lives = new ArrayList<>();
        private final HttpGuard guard;
        private final Explainer explainer;
        private final ClientAddresses addresses;

        World(Random random) {
            this.random = random;
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
                            Plans.NONE,
                            current,
                            () -> Client.NONE,
                            policy -> {},
                            (policy, key, edge, by, decision, nanos) -> decided.add(decision),
                            ticker);
            Map<Rule, RouteSettings> routes = new LinkedHashMap<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                routes.put(Rule.of(live("p" + i)), route());
            }
            Map<String, List<Rule>> servlets =
                    random.nextBoolean() ? Map.of("search", List.of(Rule.of(live("s")))) : Map.of();
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
                                            AnswerSettings.When.REFUSED,
                                            AnswerSettings.Form.DRAFT_11),
                                    null),
                            false,
                            new Unenforced() {
                                @Override
                                public void answeredInFront(
                                        Policy policy, String path, boolean late) {}

                                @Override
                                public void answeredByContainer(Policy policy, String path) {}

                                @Override
                                public void served(Class<?> type, Method method) {}
                            });
            explainer = new Explainer(store::preview, keys);
        }

        private RouteSettings route() {
            return new RouteSettings(
                    pick(List.of("/*", "/search", "/products/{id}", "/products/*")),
                    random.nextBoolean() ? Set.of() : Set.of("GET"),
                    pick(
                            List.of(
                                    RouteSettings.ENTRIES,
                                    Set.of(Dispatch.REQUEST),
                                    Set.of(Dispatch.FORWARD, Dispatch.ERROR),
                                    Set.of(Dispatch.values()))),
                    random.nextInt(3) > 0 ? List.of() : List.of("/products/2"));
        }

        private <T> T pick(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        private static List<Limit> limits(int permits) {
            return List.of(
                    new Limit.SlidingWindow(permits, Duration.ofSeconds(10)),
                    new Limit.TokenBucket(1, Duration.ofSeconds(3), permits),
                    new Limit.CalendarQuota(permits, Limit.Period.DAY, ZoneId.of("UTC")));
        }

        private Live live(String name) {
            List<Integer> which = pick(List.of(List.of(0), List.of(1), List.of(0, 1), List.of(2)));
            Policy policy =
                    Policies.named(name)
                            .limits(limits(which, 1 + random.nextInt(4)))
                            .key(
                                    pick(
                                            List.of(
                                                    new KeySource[] {KeySource.CLIENT},
                                                    new KeySource[] {
                                                        new KeySource(KeySource.Kind.PRINCIPAL, "")
                                                    },
                                                    new KeySource[] {
                                                        new KeySource(KeySource.Kind.GLOBAL, "")
                                                    },
                                                    new KeySource[] {
                                                        new KeySource(
                                                                KeySource.Kind.HEADER, "X-Api-Key"),
                                                        KeySource.CLIENT
                                                    },
                                                    new KeySource[] {
                                                        KeySource.CLIENT,
                                                        new KeySource(KeySource.Kind.PATH, "id")
                                                    })))
                            .mode(pick(List.of(Mode.ENFORCE, Mode.ENFORCE, Mode.OBSERVE, Mode.OFF)))
                            .onOutage(pick(List.of(OnOutage.values())))
                            .engine(Engine.RRATELIMITER) // what is shared here counts no debts
                            .cost(1 + random.nextInt(3)) // above what it holds, too
                            .givesBack(random.nextInt(4) == 0)
                            .policy();
            policies.add(policy);
            Terms.Plan gold =
                    new Terms.Plan(
                            "gold",
                            List.of(Cidr.parse("198.51.100.0/24")),
                            policy.with(List.of(limits(which, 6))));
            boolean plans = random.nextInt(3) == 0;
            Live live =
                    new Live(
                            policy,
                            new Terms(
                                    random.nextInt(4) > 0
                                            ? List.of()
                                            : List.of(Cidr.parse("192.0.2.0/24")),
                                    random.nextInt(4) > 0
                                            ? List.of()
                                            : List.of(Cidr.parse("203.0.113.8")),
                                    plans
                                            ? List.of(
                                                    new Terms.Source(Terms.Source.Kind.NETWORK, ""))
                                            : List.of(),
                                    plans ? List.of(gold) : List.of()));
            lives.add(live);
            return live;
        }

        /** As an operator does it for a while, and ends it. */
        private void override() {
            Live live = pick(lives);
            Policy.Conduct is = live.policy.conduct();
            Policy other =
                    live.policy.with(
                            new Policy.Conduct(
                                    pick(List.of(Mode.values())),
                                    is.onRefusal(),
                                    is.onOutage(),
                                    is.engine(),
                                    is.countWhen(),
                                    is.failures(),
                                    is.lease()));
            List<Limit> raised = new ArrayList<>();
            for (Limit limit : other.limits()) {
                int kind =
                        limits(1)
                                .indexOf(
                                        limits(1).stream()
                                                .filter(l -> l.getClass() == limit.getClass())
                                                .findFirst()
                                                .get());
                raised.add(limits(1 + random.nextInt(6)).get(kind));
            }
            live.policy = other.with(raised);
        }

        private Limit[] limits(List<Integer> which, int permits) {
            return which.stream().map(i -> limits(permits).get(i)).toArray(Limit[]::new);
        }

        void happens() throws Exception {
            switch (random.nextInt(13)) {
                case 0 -> there.up = !there.up;
                case 1, 2 -> ticker.advance(random.nextLong(4_000_000_000L));
                case 3 -> ticker.advance(random.nextLong(60_000_000L));
                case 4 -> { // Redis forgets
                    for (Policy policy : policies) {
                        remote.reset(policy, io.weir.Key.ofClient(pick(CLIENTS)));
                    }
                }
                case 5 -> { // another node admits
                    Policy policy = pick(policies);
                    remote.tryAcquire(policy, io.weir.Key.ofClient(pick(CLIENTS)), 1);
                }
                case 6 -> override();
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
                    pick(List.of("GET", "POST", "HEAD")),
                    pick(PATHS),
                    random.nextBoolean() ? Dispatch.REQUEST : pick(List.of(Dispatch.values())),
                    pick(CLIENTS),
                    pick(List.of("", "ada")),
                    pick(List.of("", "k1")));
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
            decided.clear();
            HttpOperation operation = guard.begin(request);
            Answer answer;
            try {
                answer = guard.path(operation, request, null);
            } catch (RateLimitExceededException refused) { // of what is included
                answer = guard.answer(refused, operation);
            }
            Optional<Explained> stops = explained.stream().filter(e -> !e.passes()).findFirst();
            assertThat(answer == null)
                    .as("%s: %s but %s", request, explained, decided)
                    .isEqualTo(stops.isEmpty());
            stops.flatMap(Explained::decision)
                    .ifPresent(
                            d -> {
                                Decision last = decided.get(decided.size() - 1);
                                assertThat(last.getClass())
                                        .as("%s", request)
                                        .isEqualTo(d.getClass());
                                if (d instanceof Decision.Refused said
                                        && last instanceof Decision.Refused got) {
                                    assertThat(said.violated()).isEqualTo(got.violated());
                                    assertThat(said.retryAfter())
                                            .as("%s %s", said, got)
                                            .isEqualTo(got.retryAfter());
                                }
                            });
        }
    }

    @Property(tries = 500)
    void whatIsExplainedIsWhatTheSameRequestGets(@ForAll Random random) throws Exception {
        World world = new World(random);
        for (int i = 0; i < 60; i++) {
            world.happens();
            world.compare();
        }
    }
}
