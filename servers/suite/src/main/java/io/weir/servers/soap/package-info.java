/** A web service that calls a limited bean. */
package io.weir.servers.soap;
