package io.weir.internal.policy;

import io.weir.CountWhen;
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
 * @param costBean the name of the bean that says so instead, or empty
 * @param onRefusal what the caller sees
 * @param onOutage what decides while the shared store cannot
 * @param countWhen which calls keep the permits they took
 * @param failureStatus the status codes of failures, or empty
 * @param foldIds whether ids of text count together that only look different
 */
public record Declaration(
        String where,
        String name,
        String limit,
        String key,
        long cost,
        String costBean,
        OnRefusal onRefusal,
        OnOutage onOutage,
        CountWhen countWhen,
        String failureStatus,
        boolean foldIds) {

    /** What an annotation says that leaves everything but its limit at the defaults. */
    static Declaration plain(String where, String name, String limit) {
        return new Declaration(
                where,
                name,
                limit,
                "",
                1,
                "",
                OnRefusal.THROW,
                OnOutage.LOCAL,
                CountWhen.ALWAYS,
                "",
                false);
    }

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
                annotation.costBean(),
                annotation.onRefusal(),
                annotation.onOutage(),
                annotation.countWhen(),
                annotation.failureStatus(),
                annotation.foldIds());
    }
}
