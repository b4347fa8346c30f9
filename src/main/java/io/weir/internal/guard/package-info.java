/**
 * What an operation passes: its policies in order, each charged once.
 *
 * <p>Who asks and what a request's key is made of go one way. An edge shows its request as a view
 * to the HTTP room, which makes a {@link io.weir.internal.guard.Caller} of it whose client is found
 * when it is first asked for, once, by the address room. The caller belongs to the {@link
 * io.weir.internal.guard.Operation} that the thread works for, and an edge that knows more hands a
 * caller that knows more down to the {@link io.weir.internal.guard.Gate}. The gate alone makes a
 * key of it, asks the store with that, and what comes back up is a decision.
 */
@NullMarked
package io.weir.internal.guard;

import org.jspecify.annotations.NullMarked;
