/** An application that uses every way in. */
package io.weir.servers.ways;
