package io.weir.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.address.ClientSettings;
import io.weir.internal.answer.Answer;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.answer.Answers;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.WaitBudget;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Rule;
import io.weir.testing.Policies;
import java.lang.reflect.Method;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What both HTTP edges ask of the guard. */
class HttpGuardTest {

    private static final Limit ONE = new Limit.SlidingWindow(1, Duration.ofHours(1));

    private final SetTicker ticker = SetTicker.anywhere();
    private final CountingStore local = new CountingStore(1_000, ticker, () -> {});
    private final CurrentOperation current = new CurrentOperation();
    private final Map<String, String> fields = new HashMap<>();
    private final List<String> missed = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final Gate gate =
            new Gate(
                    name -> () -> Policy.of(name, ONE),
                    new Undecided(local),
                    new Keys(
                            Map.of(
                                    "broken",
                                    client -> {
                                        throw new IllegalArgumentException("broken");
                                    }),
                            Map.of(),
                            "weir",
                            (policy, source, thrown) ->
                                    failed.add(policy.name() + " " + source + " " + thrown)),
                    Plans.NONE,
                    current,
                    () -> Client.NONE,
                    policy -> {},
                    (policy, key, edge, decidedBy, decision, nanos) -> {},
                    ticker);

    /** Cannot decide policies called "away". */
    private record Undecided(Store store) implements Store {

        @Override
        public Outcome tryAcquire(Policy policy, Key key, long cost, WaitBudget budget) {
            return policy.name().equals("away")
                    ? new Outcome(
                            new Decision.Unavailable(Duration.ofSeconds(1)),
                            DecidedBy.OUTAGE_RULE,
                            Receipt.NOTHING)
                    : store.tryAcquire(policy, key, cost, budget);
        }

        @Override
        public WaitBudget budget() {
            return new WaitBudget(Duration.ZERO);
        }

        @Override
        public List<LimitState> peek(Policy policy, Key key) {
            return store.peek(policy, key);
        }

        @Override
        public void reset(Policy policy, Key key) throws StoreUnavailableException {
            store.reset(policy, key);
        }
    }

    private final class Request implements RequestView {

        private final String method;
        private final Map<String, String> headers;

        Request(String method, Map<String, String> headers) {
            this.method = method;
            this.headers = headers;
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public List<String> paths() {
            return List.of("/index.html", "/");
        }

        @Override
        public Dispatch dispatch() {
            return Dispatch.REQUEST;
        }

        @Override
        public Optional<String> servlet() {
            return Optional.empty();
        }

        @Override
        public String peer() {
            return "203.0.113.7";
        }

        @Override
        public List<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).stream().toList();
        }

        @Override
        public Collection<String> headerNames() {
            return headers.keySet();
        }

        @Override
        public @Nullable Principal user() {
            return null;
        }

        @Override
        public void fields(List<Answer.Field> all) {
            fields.clear();
            all.forEach(field -> fields.put(field.name(), field.value()));
        }
    }

    private HttpGuard guard(AnswerSettings.Form form, Map<Rule, RouteSettings> paths) {
        return new HttpGuard(
                gate,
                (type, method) -> List.of(),
                paths,
                Map::of,
                current,
                new ClientAddresses(
                        new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64),
                        ticker,
                        finding -> {}),
                new Answers(new AnswerSettings(AnswerSettings.When.ALWAYS, form)),
                false,
                new Unenforced() {
                    @Override
                    public void answeredInFront(Policy policy, String path, boolean late) {
                        missed.add(path);
                    }

                    @Override
                    public void answeredByContainer(Policy policy, String path) {
                        missed.add("by the container: " + path);
                    }

                    @Override
                    public void served(Class<?> type, Method method) {
                        missed.add(method.getName());
                    }
                });
    }

    private static FrontCheck front(HttpGuard guard, HttpOperation operation, RequestView request) {
        return Objects.requireNonNull(guard.front(operation, request));
    }

    private static Rule rule(Policy policy) {
        return Rule.of(() -> policy);
    }

    @Test
    void whatTheContainerAnswersByItselfIsToldOnce() {
        RouteSettings all =
                new RouteSettings("/*", Set.of(), RouteSettings.ENTRIES, List.of("/free"));
        HttpGuard guard =
                guard(AnswerSettings.Form.DRAFT_11, Map.of(rule(Policy.of("p", ONE)), all));
        Request preflight =
                new Request("OPTIONS", Map.of("Origin", "x", "Access-Control-Request-Method", "y"));
        guard.passedBy(preflight);
        assertThat(missed).isEmpty();
        guard.passedBy(new Request("GET", Map.of()));
        guard.passedBy(new Request("GET", Map.of()));
        assertThat(missed).containsExactly("by the container: /*");
    }

    @Test
    void whatCannotBeDecidedIsAnsweredWithoutFields() {
        for (AnswerSettings.Form form : AnswerSettings.Form.values()) {
            HttpGuard guard = guard(form, Map.of());
            HttpOperation operation = guard.begin(new Request("GET", Map.of()));
            Policy before = Policy.of("before " + form, ONE);
            List<Rule> rules = List.of(rule(before), rule(Policy.of("away", ONE)));
            assertThatThrownBy(() -> guard.resource(rules, operation, () -> null, Map::of))
                    .isInstanceOfSatisfying(
                            RateLimitExceededException.class,
                            refused ->
                                    assertThat(guard.answer(refused, operation).status())
                                            .isEqualTo(503));
            assertThat(fields).isEmpty();
            guard.resource(List.of(rule(before)), operation, () -> null, Map::of);
            assertThat(fields).isEmpty();
        }
    }

    @Test
    void aPreflightIsNotChargedByTheInterceptorEither() throws Exception {
        Policy policy = Policy.of("options", ONE);
        HttpGuard guard = guard(AnswerSettings.Form.DRAFT_11, Map.of());
        Map<String, String> headers =
                Map.of("Origin", "https://shop.example", "Access-Control-Request-Method", "PUT");
        for (int i = 0; i < 3; i++) {
            HttpOperation operation = guard.begin(new Request("OPTIONS", headers));
            try (CurrentOperation.Scope scope = guard.enter(operation)) {
                guard.resource(List.of(rule(policy)), operation, () -> null, Map::of);
                assertThat(gate.call(List.of(rule(policy)), new Object[0]).isEmpty()).isTrue();
            }
        }
        assertThat(local.peek(policy, Key.ofClient("203.0.113.7")).get(0).remaining()).isOne();
    }

    @Test
    void aPathOfADirectoryCountsForItsWelcomeFile() {
        HttpGuard guard =
                guard(
                        AnswerSettings.Form.DRAFT_11,
                        Map.of(rule(Policy.of("home", ONE)), new RouteSettings("/")));
        Request request = new Request("GET", Map.of());
        assertThat(guard.path(guard.begin(request), request, null)).isNull();
        assertThat(guard.path(guard.begin(request), request, null)).isNotNull();
    }

    @Test
    void whoAsksIsKnownAgainAfterAResolverThatThrows() {
        Policy broken =
                Policies.named("broken")
                        .limits(ONE)
                        .key(new KeySource(KeySource.Kind.BEAN, "broken"))
                        .policy();
        HttpGuard guard =
                guard(
                        AnswerSettings.Form.DRAFT_11,
                        Map.of(rule(broken), new RouteSettings("/{file}")));
        Request request = new Request("GET", Map.of());
        HttpOperation operation = guard.begin(request);
        Caller before = operation.caller();
        assertThat(guard.path(operation, request, null)).isNull();
        assertThat(failed)
                .containsExactly("broken bean:broken java.lang.IllegalArgumentException: broken");
        assertThat(guard.path(guard.begin(request), request, null)).isNotNull();
        assertThat(operation.caller()).isSameAs(before);
    }

    /** A page cache, say: the second one is refused before it can answer a third time. */
    @Test
    void whatNobodyBehindTheFiltersSeesIsDecidedInFront() {
        HttpGuard guard =
                guard(
                        AnswerSettings.Form.DRAFT_11,
                        Map.of(rule(Policy.of("home", ONE)), new RouteSettings("/")));
        Request request = new Request("GET", Map.of());
        HttpOperation first = guard.begin(request);
        FrontCheck admitted = front(guard, first, request);
        assertThat(admitted.answer()).isNull();
        assertThat(admitted.isOpen()).isFalse();
        assertThat(admitted.missed()).isNull();
        assertThat(front(guard, guard.begin(request), request).answer()).isNotNull();
        assertThat(missed).containsExactly("/");
    }

    /** The filters of the application set fields that a refusal is to have, too: those of CORS. */
    @Test
    void whatIsRefusedIsAnsweredBehindTheFiltersAsLongAsTheyPassItOn() {
        HttpGuard guard =
                guard(
                        AnswerSettings.Form.DRAFT_11,
                        Map.of(rule(Policy.of("home", ONE)), new RouteSettings("/")));
        Request request = new Request("GET", Map.of());
        for (int i = 0; i < 3; i++) {
            HttpOperation operation = guard.begin(request);
            FrontCheck front = front(guard, operation, request);
            assertThat(front.answer()).isNull();
            assertThat(front.isOpen()).isEqualTo(i > 0);
            Answer answer = guard.path(operation, request, front);
            assertThat(answer == null).isEqualTo(i == 0);
            assertThat(front.missed()).isNull();
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void whoIsKnownBehindTheFiltersOnlyIsNotCountedInFront() {
        Policy users =
                Policies.named("users")
                        .limits(ONE)
                        .key(new KeySource(KeySource.Kind.PRINCIPAL, ""))
                        .policy();
        HttpGuard guard =
                guard(AnswerSettings.Form.DRAFT_11, Map.of(rule(users), new RouteSettings("/")));
        Request request = new Request("GET", Map.of());
        for (int i = 0; i < 2; i++) {
            HttpOperation operation = guard.begin(request);
            FrontCheck front = front(guard, operation, request);
            assertThat(front.isOpen()).isTrue();
            assertThat(front.missed() == null).isEqualTo(i == 0);
        }
        assertThat(missed).containsExactly("/");
    }
}
