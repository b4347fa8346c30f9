/** An application whose decisions are measured and traced. */
package io.weir.servers.telemetry;
