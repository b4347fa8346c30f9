/** Counts in Redis, through Redisson. */
@NullMarked
package io.weir.internal.redis;

import org.jspecify.annotations.NullMarked;
