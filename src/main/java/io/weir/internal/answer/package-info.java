/** What a refused client gets: status, fields and body. Pure. */
@NullMarked
package io.weir.internal.answer;

import org.jspecify.annotations.NullMarked;
