package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import io.weir.testing.Policies;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Remote callers of an EJB get the refusal as it was made. */
class RateLimitExceededExceptionTest {

    private static final Policy POLICY =
            Policy.of(
                    "orders",
                    new Limit.SlidingWindow(1, Duration.ofSeconds(1)),
                    new Limit.TokenBucket(100, Duration.ofMinutes(1), 20));

    private static RateLimitExceededException sent(Decision decision) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new RateLimitExceededException(POLICY, decision));
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (RateLimitExceededException) in.readObject();
        }
    }

    /** WildFly copies exceptions of remote EJBs with what cannot copy a list in a record. */
    @Test
    void showsNoRecordToWhoCopiesIt() throws Exception {
        List<Class<?>> written = new ArrayList<>();
        try (ObjectOutputStream out =
                new ObjectOutputStream(OutputStream.nullOutputStream()) {
                    {
                        enableReplaceObject(true);
                    }

                    @Override
                    protected Object replaceObject(Object one) {
                        written.add(one.getClass());
                        return one;
                    }
                }) {
            out.writeObject(
                    new RateLimitExceededException(
                            POLICY, new Decision.Unavailable(Duration.ofSeconds(1))));
        }
        assertThat(written).contains(byte[].class).noneMatch(Class::isRecord);
    }

    @Test
    void survivesSerializationWithAllItCarries() throws Exception {
        CountingStore store = new CountingStore(10, SetTicker.anywhere(), () -> {});
        Key key = Key.ofClient("203.0.113.7");
        store.tryAcquire(POLICY, key, 1);
        Decision refused = store.tryAcquire(POLICY, key, 1).decision();
        assertThat(refused.limits()).isNotEmpty();
        for (Decision decision :
                List.of(
                        refused,
                        store.tryAcquire(POLICY, key, 21).decision(),
                        new Decision.Unavailable(Duration.ofSeconds(1)))) {
            RateLimitExceededException received = sent(decision);
            assertThat(received.policy()).isEqualTo(POLICY);
            assertThat(received.decision()).isEqualTo(decision);
            assertThat(received.getMessage()).matches("[A-Z][a-zA-Z' .0-9]+\\.");
            assertThat(received.toString())
                    .isEqualTo(
                            RateLimitExceededException.class.getName()
                                    + ": orders: "
                                    + received.getMessage());
            assertThat(received.retryAfter().isPresent())
                    .isEqualTo(received.getMessage().contains(" second"));
        }
    }

    /** What is owed is as much as the limit at most, so a bucket drains for twice as long. */
    @Test
    void whoIsInDebtIsToldTheWholeWait() throws Exception {
        Policy policy =
                Policies.like(
                                Policy.of(
                                        "chat",
                                        new Limit.TokenBucket(60, Duration.ofMinutes(1), 60)))
                        .countWhen(CountWhen.SETTLED)
                        .policy();
        SetTicker ticker = SetTicker.anywhere();
        CountingStore store = new CountingStore(10, ticker, () -> {});
        Key key = Key.ofClient("203.0.113.7");
        store.tryAcquire(policy, key, 60).receipt().settle(1_000);
        Decision refused = store.tryAcquire(policy, key, 60).decision();

        long told = new RateLimitExceededException(policy, refused).retryAfter().orElseThrow();

        assertThat(told).isEqualTo(120);
        ticker.advance(Duration.ofSeconds(told).toNanos() - 1);
        assertThat(store.tryAcquire(policy, key, 60).decision())
                .isInstanceOf(Decision.Refused.class);
        ticker.advance(1);
        assertThat(store.tryAcquire(policy, key, 60).decision())
                .isInstanceOf(Decision.Admitted.class);
    }
}
