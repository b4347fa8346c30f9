/** An enterprise bean that is called as from afar. */
package io.weir.servers.remote;
