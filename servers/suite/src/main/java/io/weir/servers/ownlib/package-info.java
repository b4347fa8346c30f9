/** An application that brings Redisson for its own use. */
package io.weir.servers.ownlib;
