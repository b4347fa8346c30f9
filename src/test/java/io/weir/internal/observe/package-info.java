/** What watches decisions, watched. */
@NullMarked
package io.weir.internal.observe;

import org.jspecify.annotations.NullMarked;
