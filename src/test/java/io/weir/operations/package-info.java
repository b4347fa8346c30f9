/** What an operator does, and what it costs: docs/operations.md under test. */
@NullMarked
package io.weir.operations;

import org.jspecify.annotations.NullMarked;
