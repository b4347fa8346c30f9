package io.weir.shop;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * Counts how often products are viewed. A bean of its own: CDI does not intercept calls of a bean
 * to itself, so a caller in the same class would not be limited.
 */
@ApplicationScoped
public class ViewCounter {

    @Inject private SharedCache cache;

    /**
     * Counts a view, once a minute for each client and product. A further view in that minute is
     * not an error: the method is just not called.
     *
     * @param productId a product that exists
     */
    @RateLimited(name = "view_count", value = "1/60s", onRefusal = OnRefusal.SKIP)
    public void countView(@ResourceId long productId) {
        cache.view(productId);
    }
}
