/** Looks at the server from inside, and has nothing of the library. */
package io.weir.servers.observer;
