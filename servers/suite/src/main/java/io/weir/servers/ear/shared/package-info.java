/** What lies in the {@code lib} of an EAR, beside the library. */
package io.weir.servers.ear.shared;
