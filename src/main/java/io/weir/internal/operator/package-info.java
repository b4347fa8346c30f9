/** What an operator asks of a limiter while it runs, and changes: for JMX and the console. */
@NullMarked
package io.weir.internal.operator;

import org.jspecify.annotations.NullMarked;
