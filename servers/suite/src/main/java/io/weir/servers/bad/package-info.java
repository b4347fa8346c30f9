/** What a deployment must not survive. */
package io.weir.servers.bad;
