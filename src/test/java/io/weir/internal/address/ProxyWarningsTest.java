package io.weir.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyWarningsTest {

    private static final String UNTRUSTED =
            Finding.UNTRUSTED_STRANGER.opening() + "X from 198.51.100.1";
    private static final String UNTRUSTED_TOO =
            Finding.UNTRUSTED_STRANGER.opening() + "X from 192.0.2.7";
    private static final String NEIGHBOUR =
            Finding.UNTRUSTED_NEIGHBOUR.opening() + "X from 10.0.0.1";
    private static final String NO_FIELD = Finding.NO_FIELD.opening() + ": 10.0.0.1";
    private static final String ALL_TRUSTED = Finding.ALL_TRUSTED.opening() + ": 10.0.0.2";

    private static final Client SOUND =
            new Client("10.0.0.1", "203.0.113.9", "203.0.113.9", List.of());
    private static final Client DIRECT =
            new Client("203.0.113.9", "203.0.113.9", "203.0.113.9", List.of());

    private final List<String> said = new ArrayList<>();
    private long now = Long.MAX_VALUE - 5;
    private final ProxyWarnings warnings = new ProxyWarnings(() -> now, said::add);

    @Test
    void aFindingIsSaidAtOnceAndAgainAfterTenMinutesWhileItLasts() {
        saw(UNTRUSTED);
        assertThat(said).containsExactly(UNTRUSTED);

        pass(Duration.ofMinutes(10).minusNanos(1));
        saw(UNTRUSTED);
        assertThat(said).hasSize(1);

        pass(Duration.ofNanos(1));
        assertThat(said).hasSize(1);
        saw(UNTRUSTED);
        assertThat(said).hasSize(2);

        saw(UNTRUSTED);
        assertThat(said).hasSize(2);
    }

    @ParameterizedTest(name = "a clock that starts at {0}")
    @ValueSource(
            longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 600_000_000_000L})
    void theOriginOfTheClockDoesNotMatter(long origin) {
        now = origin;
        ProxyWarnings other = new ProxyWarnings(() -> now, said::add);
        other.saw(client(UNTRUSTED));
        pass(Duration.ofMinutes(9));
        other.saw(client(UNTRUSTED));
        pass(Duration.ofMinutes(1));
        other.saw(client(UNTRUSTED));
        assertThat(said).containsExactly(UNTRUSTED, UNTRUSTED);
    }

    @Test
    void theSameKindAboutAnotherPeerIsNotSaidAgain() {
        saw(UNTRUSTED);
        saw(UNTRUSTED_TOO);
        assertThat(said).containsExactly(UNTRUSTED);
    }

    @Test
    void aStrangersNoiseDoesNotHideANeighbour() {
        saw(UNTRUSTED);
        saw(NEIGHBOUR);
        assertThat(said).containsExactly(UNTRUSTED, NEIGHBOUR);
    }

    @Test
    void everyKindOfOneRequestIsSaid() {
        saw(UNTRUSTED, NEIGHBOUR, "a kind of a later day", "and another");
        assertThat(said).containsExactly(UNTRUSTED, NEIGHBOUR, "a kind of a later day");
    }

    @Test
    void withoutFindingsNothingIsSaidAndTheClockIsNotRead() {
        long[] reads = {0};
        ProxyWarnings other = new ProxyWarnings(() -> reads[0]++, said::add);
        reads[0] = 0;
        other.saw(SOUND);
        other.saw(DIRECT);
        other.saw(Client.NONE);
        assertThat(said).isEmpty();
        assertThat(reads[0]).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no field", "all trusted"})
    void whatHealthChecksDoIsSaidOnlyWhereItIsAlways(String which) {
        String finding = which.equals("no field") ? NO_FIELD : ALL_TRUSTED;
        saw(finding);
        assertThat(said).as("not in the first minute").isEmpty();

        pass(Duration.ofMinutes(1));
        saw(finding);
        assertThat(said).as("nobody was told apart").containsExactly(finding);

        warnings.saw(SOUND);
        pass(Duration.ofMinutes(10));
        saw(finding);
        assertThat(said).as("somebody was").hasSize(1);

        pass(Duration.ofMinutes(10));
        saw(finding);
        assertThat(said).as("nobody since").hasSize(2);
    }

    @Test
    void clientsWithoutAProxyProveNothing() {
        warnings.saw(DIRECT);
        pass(Duration.ofMinutes(1));
        saw(NO_FIELD);
        assertThat(said).containsExactly(NO_FIELD);
    }

    @Test
    void aChainOfTrustedHopsTellsNobodyApart() {
        warnings.saw(new Client("10.0.0.1", "10.0.0.2", "10.0.0.2", List.of(ALL_TRUSTED)));
        pass(Duration.ofMinutes(1));
        saw(NO_FIELD);
        assertThat(said).containsExactly(NO_FIELD);
    }

    @Test
    void oneKindDoesNotUseUpTheProofForTheOther() {
        warnings.saw(SOUND);
        pass(Duration.ofMinutes(1));
        saw(NO_FIELD);
        saw(ALL_TRUSTED);
        assertThat(said).isEmpty();
    }

    @Test
    void manyThreadsSayItOnce() throws Exception {
        Queue<String> all = new ConcurrentLinkedQueue<>();
        ProxyWarnings shared = new ProxyWarnings(() -> 0, all::add);
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                done.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    for (int n = 0; n < 1000; n++) {
                                        shared.saw(client(UNTRUSTED));
                                    }
                                    return null;
                                }));
            }
            start.countDown();
            for (Future<?> future : done) {
                future.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(all).containsExactly(UNTRUSTED);
    }

    private void saw(String... findings) {
        warnings.saw(client(findings));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Client client(String... findings) {
        return new Client("10.0.0.1", "10.0.0.1", "10.0.0.1", List.of(findings));
    }
}
