package io.weir.shop;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often products were viewed, in memory. A bean of its own: CDI does not intercept calls of a
 * bean to itself, so a caller in the same class would not be limited.
 */
@ApplicationScoped
public class ViewCounter {

    private final Map<Long, LongAdder> views = new ConcurrentHashMap<>();

    /**
     * Counts a view, once a minute for each client and product. A further view in that minute is
     * not an error: the method is just not called.
     *
     * @param productId a product that exists
     */
    @RateLimited(name = "view_count", value = "1/60s", onRefusal = OnRefusal.SKIP)
    public void countView(@ResourceId long productId) {
        views.computeIfAbsent(productId, id -> new LongAdder()).increment();
    }

    /**
     * The views so far.
     *
     * @param productId a product
     * @return how many, 0 for one that was never viewed
     */
    public long of(long productId) {
        LongAdder count = views.get(productId);
        return count == null ? 0 : count.sum();
    }
}
