/** An EJB jar. */
package io.weir.servers.ear.ejb;
