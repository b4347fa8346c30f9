/** The part of the application that only servers with Jakarta Concurrency get. */
package io.weir.servers.concurrency;
