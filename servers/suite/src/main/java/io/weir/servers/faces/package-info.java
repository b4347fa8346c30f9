/** A bean that pages of Jakarta Faces call. */
package io.weir.servers.faces;
