/** Users who come with a token of MicroProfile JWT. */
package io.weir.servers.tokens;
