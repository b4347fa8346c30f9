/** The part of the application that only servers with enterprise beans get. */
package io.weir.servers.untouched.ejb;
