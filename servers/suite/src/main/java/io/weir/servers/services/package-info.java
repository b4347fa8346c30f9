/** Applications that switch off what the library relies on. */
package io.weir.servers.services;
