/** Refusals in Jakarta Faces. */
@NullMarked
package io.weir.internal.edge.faces;

import org.jspecify.annotations.NullMarked;
