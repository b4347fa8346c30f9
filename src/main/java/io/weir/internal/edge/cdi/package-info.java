/** The CDI edge, and the only composition root. */
@NullMarked
package io.weir.internal.edge.cdi;

import org.jspecify.annotations.NullMarked;
