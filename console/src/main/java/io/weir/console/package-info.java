/** A page and JSON for operators, in the application itself. */
package io.weir.console;
