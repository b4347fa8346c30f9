/** An application's own answer to refusals. */
package io.weir.servers.answer;
