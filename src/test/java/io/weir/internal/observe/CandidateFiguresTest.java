package io.weir.internal.observe;

import static io.weir.internal.observe.Fixtures.NOBODY;
import static io.weir.internal.observe.Fixtures.ORDERS;
import static io.weir.internal.observe.Fixtures.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.Key;
import io.weir.Limit;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import io.weir.internal.guard.Terms.Candidate;
import io.weir.internal.operator.Overview;
import io.weir.testing.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of candidates: in JMX, to meters, to operators and in the log; never who. */
class CandidateFiguresTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Candidate THIRTY = candidate(30);

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final SetTicker ticker = SetTicker.anywhere();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final LogLines lines = new LogLines("io.weir");
    private final List<String> log = lines.all();
    private final DecisionMonitor monitor =
            new DecisionMonitor(
                    List.of(NOBODY),
                    STATUS,
                    new OutageCounters(),
                    () -> 0,
                    ticker,
                    true,
                    () -> server);

    private static Candidate candidate(int permits) {
        return Candidate.of(
                ORDERS,
                List.of(
                        new Limit.SlidingWindow(permits, MINUTE),
                        new Limit.TokenBucket(1_000, Duration.ofDays(1), 50)),
                List.of(permits + "/min", "1000/day burst 50"));
    }

    @BeforeEach
    void open() {
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
    }

    @AfterEach
    void close() {
        lines.close();
        monitor.close();
    }

    private void asked(Candidate candidate, int client, long cost, boolean refuses) {
        Key key = Key.ofClient("203.0." + client / 256 + "." + client % 256);
        monitor.asked(ORDERS, candidate, key, cost, refuses);
    }

    private Object attribute(String name) throws JMException {
        ObjectName orders = new ObjectName("io.weir:type=Policy,application=shop,name=\"orders\"");
        return server.getAttribute(orders, name);
    }

    private Overview.Candidate told() {
        return monitor.counts().get(0).candidate();
    }

    /** 1000 clients: one call each of most, two of 40, three of 20, up to 400 of one. */
    private void aThousandClients() {
        for (int client = 0; client < 1_000; client++) {
            int calls = client < 940 ? 1 : client < 980 ? 2 : client < 999 ? 3 : 400;
            for (int i = 0; i < calls; i++) {
                asked(THIRTY, client, 1, i >= 30);
            }
        }
    }

    @Test
    void nothingIsToldWithoutOne() throws JMException {
        assertThat(attribute("Candidate")).isNull();
        assertThat(attribute("CandidateCalls")).isNull();
        assertThat(attribute("CandidateUsage")).isNull();
        assertThat(told()).isEqualTo(Overview.Candidate.NONE);
        monitor.logCandidates();
        assertThat(log).isEmpty();
        assertThat(registry.find("weir.candidate.calls").meter()).isNull();
    }

    @Test
    void allOfItIsToldInJmx() throws JMException {
        aThousandClients();
        ticker.advance(Duration.ofDays(1).toNanos());
        assertThat(attribute("Candidate")).isEqualTo("30/min, 1000/day burst 50");
        assertThat(attribute("CandidateCalls")).isEqualTo(940L + 80 + 57 + 400);
        assertThat(attribute("CandidateWouldRefuse")).isEqualTo(370L);
        assertThat((Double) attribute("CandidateWouldRefusePercent")).isBetween(25.0, 25.1);
        assertThat(attribute("CandidateClients")).isEqualTo(1_000L);
        assertThat(attribute("CandidateWouldRefuseClients")).isEqualTo(1L);
        CompositeData[] usage = (CompositeData[]) attribute("CandidateUsage");
        assertThat(usage).hasSize(2);
        assertThat(usage[0].get("limit")).isEqualTo("30/min");
        assertThat(usage[0].get("p50")).isEqualTo(1L);
        assertThat(usage[0].get("p95")).isEqualTo(2L);
        assertThat(usage[0].get("p99")).isEqualTo(3L);
        assertThat(usage[0].get("greatest")).isEqualTo(400L);
        assertThat(usage[0].get("proposal")).isEqualTo("3/min");
        assertThat(usage[1].get("proposal")).isEqualTo("3/day");
    }

    @Test
    void nothingIsProposedToFewOrTooSoon() {
        for (int client = 0; client < 99; client++) {
            asked(THIRTY, client, 1, false);
        }
        ticker.advance(MINUTE.toNanos());
        assertThat(told().usage().get(0).proposal()).as("one of 99 is nobody").isEmpty();
        asked(THIRTY, 100, 1, false);
        assertThat(told().usage().get(0).proposal()).isEqualTo("1/min");
        assertThat(told().usage().get(1).proposal()).as("no day is over").isEmpty();
    }

    @Test
    void metersOnlyGrowAndTellNobody() {
        asked(THIRTY, 1, 1, false);
        asked(THIRTY, 1, 1, true);
        asked(candidate(40), 2, 1, true);
        assertThat(registry.get("weir.candidate.calls").functionCounter().count()).isEqualTo(3);
        assertThat(registry.get("weir.candidate.would_refuse").functionCounter().count())
                .isEqualTo(2);
        assertThat(registry.get("weir.candidate.clients").tag("policy", "orders").gauge().value())
                .isEqualTo(1);
        assertThat(registry.getMeters())
                .allSatisfy(m -> assertThat(m.getId().toString()).doesNotContain("203.0"));
    }

    @Test
    void anotherNumberBeginsAnewAndWithoutOneNothingIsTold() {
        monitor.candidates(Map.of("orders", THIRTY));
        assertThat(told().limit()).isEqualTo("30/min, 1000/day burst 50");
        asked(THIRTY, 1, 1, true);
        ticker.advance(5 * 1_000_000_000L);
        monitor.candidates(Map.of("orders", candidate(30)));
        assertThat(told().calls()).as("the same one").isEqualTo(1);
        assertThat(told().seconds()).isEqualTo(5);
        monitor.candidates(Map.of("orders", candidate(40)));
        assertThat(told().calls()).isZero();
        assertThat(told().limit()).startsWith("40/min");
        asked(candidate(50), 1, 1, true);
        assertThat(told().limit()).startsWith("50/min");
        assertThat(told().calls()).isEqualTo(1);
        monitor.candidates(Map.of());
        assertThat(told()).isEqualTo(Overview.Candidate.NONE);
        assertThat(registry.get("weir.candidate.clients").gauge().value()).isNaN();
    }

    @Test
    void theLogTellsIsOnceForEachTimeThatCallsHaveCome() {
        aThousandClients();
        ticker.advance(Duration.ofMinutes(10).toNanos());
        monitor.logCandidates();
        monitor.logCandidates();
        assertThat(log)
                .containsExactly(
                        "INFO Candidate 30/min, 1000/day burst 50 of policy orders: would have"
                                + " refused 370 of 1477 calls (25.1 %), of 1 of 1000 clients, in"
                                + " 10 min; of the clients half use 1 at most, 95 % 2, 99 % 3, all"
                                + " 400 in the window of 30/min: 3/min would touch one in a"
                                + " hundred, half use 1 at most, 95 % 2, 99 % 3, all 400 in the"
                                + " window of 1000/day burst 50");
        asked(THIRTY, 1, 1, false);
        monitor.logCandidates();
        assertThat(log).hasSize(2).noneMatch(line -> line.contains("203.0"));
    }
}
