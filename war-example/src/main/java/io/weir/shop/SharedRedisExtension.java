package io.weir.shop;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;

/** Without REDIS_HOST there is no client, and Weir and the cache are in this JVM only. */
public class SharedRedisExtension implements Extension {

    void leaveOut(@Observes ProcessAnnotatedType<SharedRedis> type) {
        if (System.getenv("REDIS_HOST") == null) {
            type.veto();
        }
    }
}
