/** Real things that tests start and stop. */
@NullMarked
package io.weir.testing;

import org.jspecify.annotations.NullMarked;
