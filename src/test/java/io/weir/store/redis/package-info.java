@NullMarked
package io.weir.store.redis;

import org.jspecify.annotations.NullMarked;
