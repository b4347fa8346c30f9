package io.weir;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a parameter part of the key, so that each value is counted for itself. The parameter's type
 * is one with an identity of its own: {@link String}, a number, a boolean, an enum or {@link
 * java.util.UUID}; anything else stops the deployment. {@code null} and the empty string are values
 * of their own. It belongs to every limit of the method.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ResourceId {}
