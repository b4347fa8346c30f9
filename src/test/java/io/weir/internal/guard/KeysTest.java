package io.weir.internal.guard;

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
import org.junit.jupiter.api.Test;
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
                "s3cr3t",
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

    /** {@code printf %s k1 | openssl dgst -sha256 -hmac s3cr3t}, the first half. */
    private static final String DIGEST_OF_K1 = "871050a0f8e6d8516024261d1d2b72dd";

    @Test
    void theValueOfAHeaderIsADigest() {
        Caller caller =
                new Known() {
                    @Override
                    public Optional<String> header(String name) {
                        return Optional.of("k1");
                    }
                };
        Keys keys = keys(client -> Optional.of("a"), client -> 1);
        assertThat(keys.of(policy(KeySource.Kind.HEADER), caller, 7).text())
                .isEqualTo("header=" + DIGEST_OF_K1 + ":7");
        Policy both =
                Policies.named("search")
                        .limits(LIMIT)
                        .key(new KeySource(KeySource.Kind.HEADER, "X-Api-Key"), KeySource.CLIENT)
                        .policy();
        assertThat(keys.of(both, caller).text())
                .isEqualTo("header=" + DIGEST_OF_K1 + "+203.0.113.7");
        assertThat(keys.of(both, new Known()).text()).isEqualTo("203.0.113.7+203.0.113.7");
    }

    @Test
    void whatAResolverCallsSecretIsADigest() {
        KeyResolver token =
                new KeyResolver() {
                    @Override
                    public Optional<String> resolve(ClientIdentity client) {
                        return Optional.of("k1");
                    }

                    @Override
                    public boolean isSecret() {
                        return true;
                    }
                };
        assertThat(keys(token, c -> 1).of(policy(KeySource.Kind.BEAN), new Known()).text())
                .isEqualTo("bean=" + DIGEST_OF_K1);
    }

    @Test
    void idsAreFoldedWhereThePolicySaysSo() {
        Caller caller =
                new Known() {
                    @Override
                    public Optional<String> path(String name) {
                        return Optional.of("ADA ");
                    }
                };
        Keys keys = keys(client -> Optional.of("A"), client -> 1);
        Object[] ids = {"Ada\u200b", new StringBuilder("BOB "), 7, null, Limit.class.getName()};
        Policy folded = Policies.like(policy(KeySource.Kind.PATH)).foldIds().policy();
        assertThat(keys.of(folded, caller, ids).text())
                .isEqualTo("path=ada:ada:bob:7:null=:io.weir.limit");
        assertThat(ids[0]).isEqualTo("Ada\u200b");
        assertThat(keys.of(policy(KeySource.Kind.PATH), caller, "Ada").text())
                .isEqualTo("path=ADA%20:Ada");
        Policy bean = Policies.like(policy(KeySource.Kind.BEAN)).foldIds().policy();
        assertThat(keys.of(bean, caller).text()).isEqualTo("bean=A");
    }

    private static Policy policy(KeySource.Kind kind) {
        String name = kind == KeySource.Kind.PRINCIPAL ? "" : "own";
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
