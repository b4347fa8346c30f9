/** What callers see of a Redis that fails, in every way that is known to happen. */
@NullMarked
package io.weir.faults;

import org.jspecify.annotations.NullMarked;
