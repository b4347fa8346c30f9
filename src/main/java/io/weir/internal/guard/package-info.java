/** What an operation passes: its policies in order, each charged once. */
@NullMarked
package io.weir.internal.guard;

import org.jspecify.annotations.NullMarked;
