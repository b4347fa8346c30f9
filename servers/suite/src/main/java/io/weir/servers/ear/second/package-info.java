/**
 * Another web module of an EAR: the same with other names, which Payara needs to tell them apart.
 */
package io.weir.servers.ear.second;
