/** The JAX-RS edge. */
@NullMarked
package io.weir.jaxrs;

import org.jspecify.annotations.NullMarked;
