/** An enterprise bean whose interface has the limited method. */
package io.weir.servers.inherited;
