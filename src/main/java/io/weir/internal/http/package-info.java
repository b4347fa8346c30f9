/** What the HTTP edges share: a request becomes an operation, a refusal becomes an answer. */
@NullMarked
package io.weir.internal.http;

import org.jspecify.annotations.NullMarked;
