/** The pieces of the guide that show the test kit. */
@NullMarked
package io.weir.guide;

import org.jspecify.annotations.NullMarked;
