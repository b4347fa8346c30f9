/** Counts in the bounded memory of this JVM. */
@NullMarked
package io.weir.store.local;

import org.jspecify.annotations.NullMarked;
