/** An application whose requests go on elsewhere. */
package io.weir.servers.elsewhere;
