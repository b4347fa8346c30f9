/** An application whose own filters stand in the way of what is declared. */
package io.weir.servers.enforced;
