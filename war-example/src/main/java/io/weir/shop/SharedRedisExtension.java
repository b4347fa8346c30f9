package io.weir.shop;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;

/**
 * Without REDIS_HOST there is no client, and the cache is in this JVM only; so it is with
 * REDIS_URL, which Weir alone understands.
 */
public class SharedRedisExtension implements Extension {

    void leaveOut(@Observes ProcessAnnotatedType<SharedRedis> type) {
        if (!isSet("REDIS_HOST") || isSet("REDIS_URL")) {
            type.veto();
        }
    }

    private static boolean isSet(String variable) {
        String value = System.getenv(variable);
        return value != null && !value.isBlank();
    }
}
