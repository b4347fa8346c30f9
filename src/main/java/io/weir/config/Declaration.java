package io.weir.config;

import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.RateLimited;

/**
 * What one annotation says.
 *
 * @param where the method or class that bears it, such as {@code io.shop.Products.get(long)};
 *     identifies a policy without a name
 * @param name the policy's name, or empty
 * @param limit the limit text, or empty
 * @param key the key text, or empty
 * @param cost the permits that one call takes
 * @param onRefusal what the caller sees
 * @param onOutage what decides while the shared store cannot
 */
public record Declaration(
        String where,
        String name,
        String limit,
        String key,
        long cost,
        OnRefusal onRefusal,
        OnOutage onOutage) {

    /**
     * What an annotation says.
     *
     * @param where the method or class that bears it
     * @param annotation the annotation
     * @return the same as a record
     */
    public static Declaration of(String where, RateLimited annotation) {
        return new Declaration(
                where,
                annotation.name(),
                annotation.value(),
                annotation.key(),
                annotation.cost(),
                annotation.onRefusal(),
                annotation.onOutage());
    }
}
