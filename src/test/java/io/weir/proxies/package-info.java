/** docs/behind-a-proxy.md, executed. */
@NullMarked
package io.weir.proxies;

import org.jspecify.annotations.NullMarked;
