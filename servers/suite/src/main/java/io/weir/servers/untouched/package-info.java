/** An application that knows nothing of limits, and shows what a library may change behind it. */
package io.weir.servers.untouched;
