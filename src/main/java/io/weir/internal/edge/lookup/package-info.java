/** What the edges look up in JNDI and in CDI. */
@org.jspecify.annotations.NullMarked
package io.weir.internal.edge.lookup;
