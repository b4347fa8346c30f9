/** The servlet edge. */
@NullMarked
package io.weir.internal.edge.servlet;

import org.jspecify.annotations.NullMarked;
