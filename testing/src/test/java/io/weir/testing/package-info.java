/** The kit, tested as it is used. */
@NullMarked
package io.weir.testing;

import org.jspecify.annotations.NullMarked;
