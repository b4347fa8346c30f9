/** The arithmetic: pure functions over long nanoseconds and permits, without a clock. */
@NullMarked
package io.weir.decision;

import org.jspecify.annotations.NullMarked;
