/**
 * Tests of limits, without a sleep: a clock that stands still until a test moves it, in this JVM,
 * on a real Redis and in a real server. See {@link io.weir.testing.WeirTest}.
 */
@NullMarked
package io.weir.testing;

import org.jspecify.annotations.NullMarked;
