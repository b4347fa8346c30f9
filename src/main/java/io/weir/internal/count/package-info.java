/**
 * Counts permits in this JVM and, through {@link io.weir.internal.count.SharedCounts}, for all
 * nodes together. One call is decided in {@code Decider}, what a key has used is its {@code Entry}.
 */
@NullMarked
package io.weir.internal.count;

import org.jspecify.annotations.NullMarked;
