/** Jetty for Arquillian, which has no adapter for its distribution. */
package io.weir.servers.jetty;
