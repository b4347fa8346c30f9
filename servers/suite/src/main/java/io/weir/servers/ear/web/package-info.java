/** A web module of an EAR. */
package io.weir.servers.ear.web;
