/** Text becomes validated records; every problem has a code. */
@NullMarked
package io.weir.config;

import org.jspecify.annotations.NullMarked;
