/** The application inside the test WARs: what a user of the library would write, and no more. */
package io.weir.servers.app;
