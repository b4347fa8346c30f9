/** An endpoint of MicroProfile GraphQL. */
package io.weir.servers.graphql;
