package io.weir;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter that says how many times the policy's cost a call of a limited method takes: a batch
 * of ten takes ten permits. An integer of any size ({@code int}, {@code Long}, ...); null, and what
 * is less than 1, counts as 1. More than the smallest capacity is refused, and no wait helps.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Cost {}
