/** The edge of Jakarta Concurrency. Loaded where the server has it and asks for it. */
@NullMarked
package io.weir.internal.edge.concurrent;

import org.jspecify.annotations.NullMarked;
