package io.weir.internal.observe;

import io.weir.LimiterStatus;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;

/** Where a server collects measurements, whatever its kind. Nothing throws; thread-safe. */
public interface Meters extends AutoCloseable {

    /**
     * Begins to tell the state of a limiter.
     *
     * @param application tells it from other limiters of the server
     * @param status which store decides
     * @param localKeys how many keys are counted in this JVM
     */
    void open(String application, LimiterStatus status, IntSupplier localKeys);

    /**
     * Finds what measures decisions of one kind. To be asked for once.
     *
     * @param policy the policy
     * @param outcome what became of the decision
     * @param store who decided
     * @return takes the nanoseconds of each decision; throws nothing
     */
    LongConsumer timer(String policy, String outcome, String store);

    /** Takes all of it away. */
    @Override
    void close();
}
