/** The servlet edge. */
@NullMarked
package io.weir.servlet;

import org.jspecify.annotations.NullMarked;
