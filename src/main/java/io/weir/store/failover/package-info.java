/** A primary store, a stand-in, and the breaker that chooses. */
@NullMarked
package io.weir.store.failover;

import org.jspecify.annotations.NullMarked;
