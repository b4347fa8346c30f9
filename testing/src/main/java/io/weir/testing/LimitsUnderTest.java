package io.weir.testing;

import io.weir.Policy;
import io.weir.RateLimiter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The limits of an application under test. The thread of the test calls for a client of its own,
 * 192.0.2.1, until it says otherwise.
 */
public final class LimitsUnderTest {

    private final Bench bench;
    private Who who = Who.SOMEBODY;

    LimitsUnderTest(Bench bench) {
        this.bench = bench;
    }

    /**
     * A policy that the application declares.
     *
     * @param policy its name
     * @param resourceIds what is told apart within it
     * @return to be asserted
     */
    public LimitUnderTest of(String policy, @Nullable Object... resourceIds) {
        return of(policy, Optional.empty(), resourceIds);
    }

    /**
     * A policy that is an object.
     *
     * @param policy the policy
     * @param resourceIds what is told apart within it
     * @return to be asserted
     */
    public LimitUnderTest of(Policy policy, @Nullable Object... resourceIds) {
        return of(policy.name(), Optional.of(policy), resourceIds);
    }

    private LimitUnderTest of(
            String name, Optional<Policy> object, @Nullable Object[] resourceIds) {
        List<@Nullable Object> ids =
                Collections.unmodifiableList(new ArrayList<>(Arrays.asList(resourceIds)));
        return new LimitUnderTest(bench, who, new Bench.Request(name, object, ids));
    }

    /**
     * From now on the thread of the test calls from this address; so do its calls of limited beans.
     *
     * @param address such as {@code 203.0.113.7}
     * @return these limits, for that client
     */
    public LimitsUnderTest asClient(String address) {
        return as(who.from(address));
    }

    /**
     * From now on the thread of the test calls for this user.
     *
     * @param name of the user
     * @param roles of the user
     * @return these limits, for that user
     */
    public LimitsUnderTest asUser(String name, String... roles) {
        return as(who.as(name, List.of(roles)));
    }

    private LimitsUnderTest as(Who next) {
        who = next;
        bench.enter(next);
        return this;
    }

    /**
     * Redis is away, as far as the application can tell: on-outage holds at once. No process is
     * stopped for it.
     */
    public void outage() {
        bench.outage(true);
    }

    /** Redis is back, and decides again. It is when a test begins. */
    public void recovery() {
        bench.outage(false);
    }

    /** Forgets all that was counted. A test begins with it. */
    public void reset() {
        bench.reset();
    }

    /**
     * What code asks that is tested without a container.
     *
     * @return the limiter
     */
    public RateLimiter limiter() {
        return bench.limiter();
    }
}
