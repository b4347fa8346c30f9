/**
 * Weir: rate limiting for Jakarta EE. Annotate a method with {@link io.weir.RateLimited}, or inject
 * a {@link io.weir.RateLimiter} and ask by hand.
 *
 * <p>These are the words an application uses; nothing here does anything by itself. A
 * <em>policy</em> is a name, a key and limits; a <em>limit</em> is a number of permits per window;
 * an operation is <em>admitted</em> or <em>refused</em>.
 */
@NullMarked
package io.weir;

import org.jspecify.annotations.NullMarked;
