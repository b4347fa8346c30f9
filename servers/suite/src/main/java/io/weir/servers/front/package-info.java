/** A filter of the application that stands in front of Weir's. */
package io.weir.servers.front;
