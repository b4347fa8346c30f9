/** The edge of Jakarta Enterprise Beans. Loaded only where they are. */
@NullMarked
package io.weir.internal.edge.ejb;

import org.jspecify.annotations.NullMarked;
