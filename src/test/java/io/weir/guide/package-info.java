/** What the README and docs/guide.md show, compiled and run. */
@NullMarked
package io.weir.guide;

import org.jspecify.annotations.NullMarked;
