package io.weir.internal.observe;

import static io.weir.internal.observe.Fixtures.ADMITTED;
import static io.weir.internal.observe.Fixtures.IMPOSSIBLE;
import static io.weir.internal.observe.Fixtures.KEY;
import static io.weir.internal.observe.Fixtures.NOBODY;
import static io.weir.internal.observe.Fixtures.ORDERS;
import static io.weir.internal.observe.Fixtures.STATUS;
import static io.weir.internal.observe.Fixtures.UNAVAILABLE;
import static io.weir.internal.observe.Fixtures.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import io.weir.testing.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The log of refusals, as it is written; the clock stands anywhere. */
class RefusalLogTest {

    private static final Logger LOGGER = Logger.getLogger("io.weir.refused");
    private static final long SECOND = 1_000_000_000L;

    private final LogLines lines = new LogLines("io.weir.refused");
    private final List<String> log = lines.all();
    private final SetTicker ticker = SetTicker.anywhere();
    private final DecisionMonitor monitor =
            new DecisionMonitor(
                    List.of(NOBODY),
                    STATUS,
                    new OutageCounters(),
                    () -> 0,
                    ticker,
                    true,
                    MBeanServerFactory::newMBeanServer);

    @BeforeEach
    void listen() {
        LOGGER.setUseParentHandlers(false);
        monitor.open("shop", List.of(), List.of());
    }

    @AfterEach
    void listenNoMore() {
        lines.close();
        LOGGER.setUseParentHandlers(true);
        LOGGER.setLevel(null);
        monitor.close();
    }

    private void decide(Policy policy, Key key, Decision decision) {
        monitor.decided(policy, key, Edge.METHOD, DecidedBy.REDIS, decision, 1);
    }

    private static Key client(int number) {
        return Key.ofClient("198.51.100." + number);
    }

    /** As {@code printf '%s' 'weir:shop:orders:{203.0.113.7}' | sha256sum | cut -c1-16} has it. */
    @Test
    void aRefusalIsALineThatSupportCanFind() {
        decide(ORDERS, KEY, ADMITTED);
        assertThat(log).isEmpty();
        decide(ORDERS, KEY, refused("orders-60s", "orders-3600s"));
        assertThat(log)
                .containsExactly(
                        "INFO refused: policy orders, key 955779416e8ac3ce, limit orders-60s and"
                                + " orders-3600s, retry after 8500 ms, edge method, store redis");
    }

    @Test
    void everyKindOfRefusalSaysWhy() {
        decide(ORDERS.with(Mode.OBSERVE), client(1), refused("orders-60s"));
        decide(ORDERS, client(2), IMPOSSIBLE);
        monitor.decided(ORDERS, client(3), Edge.FILTER, DecidedBy.OUTAGE_RULE, UNAVAILABLE, 1);
        decide(ORDERS, client(4), refused());
        decide(ORDERS.with(Mode.OBSERVE), client(5), IMPOSSIBLE);
        assertThat(log.stream().map(line -> line.replaceFirst("key \\w{16}", "key #")))
                .containsExactly(
                        "INFO would refuse: policy orders, key #, limit orders-60s, retry after"
                                + " 8500 ms, edge method, store redis",
                        "INFO refused: policy orders, key #, cost above the limit, edge method,"
                                + " store redis",
                        "INFO refused: policy orders, key #, no store can decide, retry after"
                                + " 1000 ms, edge filter, store outage-rule",
                        "INFO refused: policy orders, key #, limit unknown, retry after 8500 ms,"
                                + " edge method, store redis",
                        "INFO would refuse: policy orders, key #, cost above the limit, edge"
                                + " method, store redis");
    }

    @RepeatedTest(5)
    void oncePerWindowOfTheLimitThatRefused() {
        decide(ORDERS, KEY, refused("orders-60s"));
        ticker.advance(60 * SECOND - 1);
        decide(ORDERS, KEY, refused("orders-60s"));
        assertThat(log).hasSize(1);
        ticker.advance(1);
        decide(ORDERS, KEY, refused("orders-3600s"));
        decide(ORDERS, KEY, refused("orders-60s"));
        assertThat(log).hasSize(2);
        ticker.advance(3_600 * SECOND - 1);
        decide(ORDERS, KEY, refused("orders-60s"));
        assertThat(log).hasSize(2);
        ticker.advance(1);
        decide(ORDERS, KEY, IMPOSSIBLE);
        assertThat(log).hasSize(3);
        ticker.advance(3_600 * SECOND - 1);
        decide(ORDERS, KEY, IMPOSSIBLE);
        assertThat(log).hasSize(3);
    }

    @Test
    void eachKeyAndPolicyHasItsOwn() {
        Policy other = Policy.of("other", new Limit.SlidingWindow(1, Duration.ofMinutes(1)));
        decide(ORDERS, client(1), refused());
        decide(ORDERS, client(2), refused());
        decide(other, client(1), refused());
        assertThat(log).hasSize(3).doesNotHaveDuplicates();
        Limit limit = ORDERS.limits().get(0);
        decide(Policy.of("Aa", limit), Key.ofClient("Aa"), refused()); // all in one place
        decide(Policy.of("BB", limit), Key.ofClient("Aa"), refused());
        decide(Policy.of("BB", limit), Key.ofClient("BB"), refused());
        assertThat(log).hasSize(6).doesNotHaveDuplicates();
        assertThat(log.toString()).doesNotContain("198.51.100");
    }

    /** In any second, wherever it begins. */
    @RepeatedTest(5)
    void tenLinesASecondAndTheNextSaysWhatIsMissing() {
        for (int i = 0; i < 9; i++) {
            decide(ORDERS, client(i), refused());
        }
        ticker.advance(SECOND - 1);
        for (int i = 9; i < 40; i++) {
            decide(ORDERS, client(i), refused());
            decide(ORDERS, client(i), refused()); // logged, or left out once more
        }
        assertThat(log).hasSize(10).noneMatch(line -> line.contains("not logged"));
        ticker.advance(1);
        for (int i = 40; i < 60; i++) {
            decide(ORDERS, client(i), refused());
        }
        assertThat(log).hasSize(19);
        assertThat(log.get(10)).endsWith("; and 60 refusals were not logged");
        assertThat(log.subList(11, 19)).noneMatch(line -> line.contains("not logged"));
    }

    /** A client that goes on calling is logged as soon as there is room. */
    @Test
    void whatWasLeftOutComesLater() {
        for (int i = 0; i < 10; i++) {
            decide(ORDERS, client(i), refused());
        }
        decide(ORDERS, KEY, refused());
        assertThat(log).hasSize(10);
        ticker.advance(SECOND);
        decide(ORDERS, KEY, refused());
        assertThat(log).hasSize(11);
        assertThat(log.get(10))
                .contains("955779416e8ac3ce")
                .endsWith("; and 1 refusals were not logged");
    }

    @Test
    void manyThreadsOfManyClientsWriteTenLinesAndForgetNobody() throws Exception {
        for (int second = 0; second < 5; second++) {
            inThreads(i -> decide(ORDERS, client(i), refused()));
            assertThat(log).hasSize(10 * (second + 1));
            ticker.advance(SECOND);
        }
        assertThat(log.stream().map(line -> line.replaceFirst(".*key (\\w{16}).*", "$1")))
                .doesNotHaveDuplicates();
    }

    @Test
    void manyThreadsOfOneClientWriteOneLine() throws Exception {
        inThreads(i -> decide(ORDERS, KEY, refused()));
        ticker.advance(SECOND);
        decide(ORDERS, client(1), refused());
        assertThat(log).hasSize(2).noneMatch(line -> line.contains("not logged"));
    }

    private static void inThreads(IntConsumer work) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    go.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                work.accept(number);
                            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The text that is hashed is the beginning of the key in Redis, with its escapes. */
    @Test
    void policiesAndKeysAreEscapedAsInRedis() {
        Limit limit = ORDERS.limits().get(0);
        Policy odd = Policy.of("a:b", limit);
        decide(odd, Key.ofClient("2001:db8::/64", "x y"), refused());
        assertThat(log).hasSize(1);
        assertThat(log.get(0)).contains("policy a%3Ab, key 47a1cb6b58e71147,");
    }

    @Test
    void nothingIsRememberedForALogThatIsOff() {
        LOGGER.setLevel(Level.WARNING);
        decide(ORDERS, KEY, refused());
        LOGGER.setLevel(Level.INFO);
        decide(ORDERS, KEY, refused());
        assertThat(log).hasSize(1);
    }
}
