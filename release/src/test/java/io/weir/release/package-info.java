/** What a release holds, from outside: docs/release.md. */
package io.weir.release;
