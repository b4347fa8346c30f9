/** What an application without CDI may have, and what it may not. */
package io.weir.servers.bare;
