/** An application that moves the clock of its test itself. */
package io.weir.servers.kit;
