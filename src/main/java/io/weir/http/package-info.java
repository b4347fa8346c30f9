/** What HTTP means, without Servlet: the client's address, the answers, the routes. */
@NullMarked
package io.weir.http;

import org.jspecify.annotations.NullMarked;
