/** Watchers: they see decisions and changes of state and cannot change them. */
@NullMarked
package io.weir.internal.observe;

import org.jspecify.annotations.NullMarked;
