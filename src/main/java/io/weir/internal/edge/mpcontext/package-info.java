/** The edge of MicroProfile Context Propagation. Loaded where the server has it. */
@NullMarked
package io.weir.internal.edge.mpcontext;

import org.jspecify.annotations.NullMarked;
