/** An application whose filters change what is written. */
package io.weir.servers.answered;
