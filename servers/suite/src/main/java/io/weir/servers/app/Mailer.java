package io.weir.servers.app;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;

/** A plain CDI bean. */
@ApplicationScoped
public class Mailer {

    @RateLimited("15/min")
    public void send() {}

    @RateLimited("1/min")
    public void later() {}

    @RateLimited(value = "1/min", key = "path:id")
    public void file() {}

    @RateLimited(name = "view_count", value = "1/60s", onRefusal = OnRefusal.SKIP)
    public boolean countView(@ResourceId long productId) {
        return true;
    }
}
