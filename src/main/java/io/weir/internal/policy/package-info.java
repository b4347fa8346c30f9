/** Text becomes validated records; every problem has a code. */
@NullMarked
package io.weir.internal.policy;

import org.jspecify.annotations.NullMarked;
