/**
 * The one place that puts an application's limiter together. It knows no type of the platform: an
 * edge hands it a {@link io.weir.internal.app.Host}, and classes are told apart by names.
 */
@NullMarked
package io.weir.internal.app;

import org.jspecify.annotations.NullMarked;
