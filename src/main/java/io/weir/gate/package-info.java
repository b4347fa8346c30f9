/** What an operation passes: its policies in order, each charged once. */
@NullMarked
package io.weir.gate;

import org.jspecify.annotations.NullMarked;
