/** The JAX-RS edge. */
@NullMarked
package io.weir.internal.edge.jaxrs;

import org.jspecify.annotations.NullMarked;
