/** Enterprise beans that the container calls on another thread. */
package io.weir.servers.ejblater;
