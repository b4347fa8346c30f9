/** The CDI edge, and the only composition root. */
@NullMarked
package io.weir.cdi;

import org.jspecify.annotations.NullMarked;
