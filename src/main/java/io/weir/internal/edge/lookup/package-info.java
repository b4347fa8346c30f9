/** How the edges find the composition root. */
@org.jspecify.annotations.NullMarked
package io.weir.internal.edge.lookup;
