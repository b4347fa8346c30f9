/** A web module of an EAR; two of them have these classes, each its own. */
package io.weir.servers.ear.web;
