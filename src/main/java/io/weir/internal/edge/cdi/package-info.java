/**
 * The CDI edge: finds the annotated classes, binds the interceptor, and starts a {@link
 * io.weir.internal.app.Deployment} for each module.
 */
@NullMarked
package io.weir.internal.edge.cdi;

import org.jspecify.annotations.NullMarked;
