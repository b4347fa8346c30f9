package io.weir.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.address.ClientSettings;
import io.weir.internal.answer.Answer;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.answer.Answers;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose permits a request takes: each kind of key, and what a caller might try to be another. */
class CallerKeysTest {

    private static final String PEER = "203.0.113.7";
    private static final KeySource PRINCIPAL = new KeySource(KeySource.Kind.PRINCIPAL, "");
    private static final KeySource API_KEY = new KeySource(KeySource.Kind.HEADER, "X-Api-Key");

    private final SetTicker ticker = SetTicker.anywhere();
    private final CurrentOperation current = new CurrentOperation();
    private final Gate gate =
            new Gate(
                    name -> {
                        throw new IllegalArgumentException(name);
                    },
                    new CountingStore(1_000, ticker, () -> {}),
                    new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                    Plans.NONE,
                    current,
                    () -> Client.NONE,
                    policy -> {},
                    (policy, key, edge, decidedBy, decision, nanos) -> {},
                    ticker);

    private record Request(String peer, @Nullable String name, List<String> apiKeys)
            implements RequestView {

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public List<String> paths() {
            return List.of("/p");
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
        public List<String> header(String name) {
            return name.equals("X-Api-Key") ? apiKeys : List.of();
        }

        @Override
        public List<String> headerNames() {
            return List.of("X-Api-Key");
        }

        @Override
        public @Nullable Principal user() {
            return name == null ? null : () -> name;
        }

        @Override
        public boolean isIn(String role) {
            return role.equals("role of " + name);
        }

        @Override
        public void fields(List<Answer.Field> fields) {}
    }

    private static Request from(String peer) {
        return new Request(peer, null, List.of());
    }

    private static Request by(String user) {
        return new Request(PEER, user, List.of());
    }

    private static Request with(String... apiKeys) {
        return new Request(PEER, null, List.of(apiKeys));
    }

    private HttpGuard guard(KeySource... key) {
        Policy policy =
                Policies.named("p")
                        .limits(new Limit.SlidingWindow(1, Duration.ofHours(1)))
                        .key(key)
                        .policy();
        return new HttpGuard(
                gate,
                (type, method) -> List.of(),
                Map.of(Rule.of(() -> policy), new RouteSettings("/p")),
                Map::of,
                current,
                new ClientAddresses(
                        new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64),
                        ticker,
                        finding -> {}),
                new Answers(
                        new AnswerSettings(
                                AnswerSettings.When.REFUSED, AnswerSettings.Form.DRAFT_11)),
                false,
                new Unenforced() {
                    @Override
                    public void answeredInFront(Policy policy, String path, boolean late) {}

                    @Override
                    public void answeredByContainer(Policy policy, String path) {}

                    @Override
                    public void served(Class<?> type, Method method) {}
                });
    }

    private static boolean admits(HttpGuard guard, Request request) {
        return guard.path(guard.begin(request), request, null) == null;
    }

    @Test
    void anAddressHoweverItIsWritten() {
        HttpGuard guard = guard(KeySource.CLIENT);
        assertThat(admits(guard, from("2001:db8::1"))).isTrue();
        assertThat(admits(guard, from("2001:0DB8:0:0:ffff::2%eth0"))).as("its network").isFalse();
        assertThat(admits(guard, from("2001:db8:0:1::1"))).as("another network").isTrue();
        assertThat(admits(guard, from("203.0.113.7"))).isTrue();
        assertThat(admits(guard, from("::ffff:203.0.113.7"))).as("mapped").isFalse();
    }

    @Test
    void whoseAddressNobodyKnowsSharesOneCount() {
        HttpGuard guard = guard(KeySource.CLIENT);
        assertThat(admits(guard, from(""))).isTrue();
        assertThat(admits(guard, from("client.example"))).isFalse();
        assertThat(admits(guard, from("0.0.0.0"))).isFalse();
    }

    @Test
    void aUserIsCountedWhereverHeIs() {
        HttpGuard guard = guard(PRINCIPAL);
        assertThat(admits(guard, by("ada"))).isTrue();
        assertThat(admits(guard, new Request("198.51.100.1", "ada", List.of()))).isFalse();
        assertThat(admits(guard, by("Ada"))).as("another user").isTrue();
        assertThat(admits(guard, by("grace"))).isTrue();
    }

    @Test
    void nobodyTakesThePermitsOfAnotherByHisName() {
        HttpGuard guard = guard(PRINCIPAL);
        assertThat(admits(guard, by("198.51.100.1"))).as("a user called so").isTrue();
        assertThat(admits(guard, from("198.51.100.1"))).as("the anonymous client there").isTrue();
        assertThat(admits(guard, by("principal=198.51.100.1"))).isTrue();
        assertThat(admits(guard, by("unknown"))).isTrue();
        assertThat(admits(guard, from("no address"))).isTrue();
        assertThat(admits(guard, by(""))).as("a user without a name").isTrue();
        assertThat(admits(guard, from(PEER))).isTrue();
    }

    @Test
    void aFieldOfTheRequest() {
        HttpGuard guard = guard(API_KEY);
        assertThat(admits(guard, with("k1"))).isTrue();
        assertThat(admits(guard, with("k1", "k2"))).as("a second line mints nothing").isFalse();
        assertThat(admits(guard, with("k2"))).isTrue();
        assertThat(admits(guard, with(PEER))).as("no client's address").isTrue();
        assertThat(admits(guard, with("k1+header=k3"))).isTrue();
        assertThat(admits(guard, with("x".repeat(100_000)))).isTrue();
    }

    @Test
    void withoutTheFieldTheClientIsCounted() {
        HttpGuard guard = guard(API_KEY);
        assertThat(admits(guard, with())).isTrue();
        assertThat(admits(guard, with())).isFalse();
        assertThat(admits(guard, new Request("198.51.100.1", null, List.of()))).isTrue();
        assertThat(admits(guard, with(""))).as("an empty one is there").isTrue();
        assertThat(admits(guard, with(""))).isFalse();
    }

    @Test
    void severalPartsTogether() {
        HttpGuard guard = guard(API_KEY, PRINCIPAL);
        assertThat(admits(guard, new Request(PEER, "b", List.of("a")))).isTrue();
        assertThat(admits(guard, new Request(PEER, "a", List.of("b")))).isTrue();
        assertThat(admits(guard, new Request(PEER, "a+b", List.of("")))).isTrue();
        assertThat(admits(guard, new Request(PEER, "b", List.of("a")))).isFalse();
    }

    /** By the time a task runs that needs a role, its request may be another one's. */
    @Test
    void whoTravelsTakesHisRolesAlongThatArePlans() {
        ClientAddresses addresses =
                new ClientAddresses(
                        new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64),
                        ticker,
                        finding -> {});
        List<String> plans = List.of("free", "role of ann");
        Request request = new Request("203.0.113.7", "ann", List.of());
        Caller travelling = RequestCaller.of(request, addresses, plans).detached();
        assertThat(travelling.isIn("role of ann")).isTrue();
        assertThat(travelling.isIn("free")).isFalse();
        assertThat(travelling.principal()).contains("ann");
        assertThat(Objects.requireNonNull(travelling.user()).getName()).isEqualTo("ann");
        Request stranger = new Request("203.0.113.7", null, List.of());
        Caller nobody = RequestCaller.of(stranger, addresses, List.of("role of null")).detached();
        assertThat(nobody.isIn("role of null")).isFalse();
        assertThat(nobody.user()).isNull();
    }
}
