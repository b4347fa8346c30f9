package io.weir.guide;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;

/** What is tested: that of the guide's first section. */
@ApplicationScoped
public class ViewCounter {

    private final AtomicInteger views = new AtomicInteger();

    @RateLimited(name = "view_count", value = "1/60s", onRefusal = OnRefusal.SKIP)
    public void countView(@ResourceId long productId) {
        views.incrementAndGet();
    }

    public int views() {
        return views.get();
    }
}
