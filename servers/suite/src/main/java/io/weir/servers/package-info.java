/** The suite: HTTP clients of applications that the server under test runs. */
package io.weir.servers;
