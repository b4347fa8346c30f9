package io.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.CostResolver;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Code of the application that fails costs nobody a call: the client is counted. */
class KeysTest {

    private static final Limit LIMIT = new Limit.SlidingWindow(10, Duration.ofSeconds(1));

    private final List<String> failed = new ArrayList<>();

    private Keys keys(KeyResolver resolver, CostResolver price) {
        return new Keys(
                Map.of("own", resolver),
                Map.of("own", price),
                (policy, source, thrown) ->
                        failed.add(
                                policy.name()
                                        + " "
                                        + source
                                        + " "
                                        + (thrown == null
                                                ? "null"
                                                : thrown.getClass().getSimpleName())));
    }

    /** What code of an application does instead of answering. */
    static List<Arguments> failures() {
        return List.of(
                failure("IllegalStateException", IllegalStateException::new),
                failure("NoClassDefFoundError", NoClassDefFoundError::new),
                failure("ExceptionInInitializerError", ExceptionInInitializerError::new),
                failure("AssertionError", AssertionError::new),
                failure("StackOverflowError", StackOverflowError::new),
                failure("InterruptedException", InterruptedException::new));
    }

    private static Arguments failure(String name, Supplier<Throwable> thrown) {
        return Arguments.of(Named.of(name, thrown));
    }

    @SuppressWarnings("unchecked")
    private static <T, X extends Throwable> T fail(Supplier<Throwable> thrown) throws X {
        throw (X) thrown.get(); // as proxies and other languages throw
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aResolverThatThrows(Supplier<Throwable> thrown) {
        Keys keys =
                keys(client -> KeysTest.<Optional<String>, RuntimeException>fail(thrown), c -> 1);
        assertThat(keys.of(policy(KeySource.Kind.BEAN), new Known(), "x").text())
                .isEqualTo("203.0.113.7:x");
        assertThat(failed)
                .containsExactly("search bean:own " + thrown.get().getClass().getSimpleName());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aCostThatThrows(Supplier<Throwable> thrown) {
        Keys keys =
                keys(
                        client -> Optional.of("a"),
                        client -> KeysTest.<Long, RuntimeException>fail(thrown));
        Policy policy = Policies.named("search").limits(LIMIT).cost(3).costBean("own").policy();
        assertThat(keys.cost(policy, new Known())).isEqualTo(3);
        assertThat(failed)
                .containsExactly("search bean:own " + thrown.get().getClass().getSimpleName());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aUserWhoCannotBeAsked(Supplier<Throwable> thrown) {
        Caller caller =
                new Known() {
                    @Override
                    public Optional<String> principal() {
                        return KeysTest.<Optional<String>, RuntimeException>fail(thrown);
                    }
                };
        Keys keys = keys(client -> Optional.of("a"), client -> 1);
        assertThat(keys.of(policy(KeySource.Kind.PRINCIPAL), caller).text())
                .isEqualTo("203.0.113.7");
        assertThat(failed)
                .containsExactly("search principal " + thrown.get().getClass().getSimpleName());
    }

    @ParameterizedTest
    @MethodSource("nothing")
    @SuppressWarnings("NullAway") // as an application answers
    void aResolverThatAnswersNothing(KeyResolver resolver, List<String> told) {
        Keys keys = keys(resolver, client -> 1);
        assertThat(keys.of(policy(KeySource.Kind.BEAN), new Known()).text())
                .isEqualTo("203.0.113.7");
        assertThat(failed).isEqualTo(told);
    }

    @SuppressWarnings("NullAway") // as an application answers
    static List<Arguments> nothing() {
        KeyResolver isNull = client -> null;
        KeyResolver empty = client -> Optional.empty();
        KeyResolver blank = client -> Optional.of("");
        return List.of(
                Arguments.of(Named.of("null", isNull), List.of("search bean:own null")),
                Arguments.of(Named.of("empty", empty), List.of()),
                Arguments.of(Named.of("blank", blank), List.of()));
    }

    private static Policy policy(KeySource.Kind kind) {
        String name = kind == KeySource.Kind.BEAN ? "own" : "";
        return Policies.named("search").limits(LIMIT).key(new KeySource(kind, name)).policy();
    }

    /** A client with an address. */
    private static class Known implements Caller {
        @Override
        public ClientIdentity client() {
            return new Address("203.0.113.7");
        }
    }

    /** Of the documentation's network. */
    private record Address(String address) implements ClientIdentity {
        @Override
        public String key() {
            return address;
        }

        @Override
        public String peer() {
            return address;
        }

        @Override
        public List<String> findings() {
            return List.of();
        }
    }
}
