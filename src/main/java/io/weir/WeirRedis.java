package io.weir;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.ElementType.TYPE;

import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the {@code org.redisson.api.RedissonClient} of the application that Weir is to count with,
 * instead of one of its own:
 *
 * <pre>{@code
 * @Produces @ApplicationScoped @WeirRedis
 * RedissonClient client() {
 *     return Redisson.create(config);
 * }
 * }</pre>
 *
 * <p>It wins over the settings that say where Redis is. Weir never shuts it down; the bean's own
 * scope and disposer do. It is made in the background when the application starts, with the
 * application's context class loader, and asked for again every half second until it can be made.
 * Its codec, timeouts and retries do not matter to Weir's calls, which bring their own: no call
 * lasts longer than {@code weir.redis.deadline}, and none is sent twice. How fast a lost connection
 * is noticed and made again is up to the client.
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({TYPE, METHOD, FIELD, PARAMETER})
public @interface WeirRedis {}
