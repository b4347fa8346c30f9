/** The client's address: the peer's, or the one that trusted proxies pass on. Pure. */
@NullMarked
package io.weir.internal.address;

import org.jspecify.annotations.NullMarked;
