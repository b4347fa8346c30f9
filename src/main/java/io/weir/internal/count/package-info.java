/** The port that every store implements, its failure, and the clock. */
@NullMarked
package io.weir.internal.count;

import org.jspecify.annotations.NullMarked;
