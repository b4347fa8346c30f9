/** What a web module calls in other modules. */
package io.weir.servers.ear.callers;
