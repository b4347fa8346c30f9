package io.weir;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a method may be called: a JAX-RS resource method or a business method of any CDI
 * bean or EJB. On a class it counts for each of its methods by itself, or for all of them together
 * when it has a {@link #name()}; subclasses and implementing classes inherit it. On a servlet class
 * it limits the requests that the servlet serves.
 *
 * <p>It may be repeated, with different keys or names: a call passes all of them, in their order.
 * It may stand on an annotation (a stereotype of CDI or any other), which then means the same
 * wherever it stands. Of all that could hold for a method the nearest does: what stands on the
 * method, then on the one it overrides in a superclass, then in an interface, and then, in that
 * order again, what stands on the class; at one place what stands there itself before what other
 * annotations bring along. {@link None} there exempts the method.
 *
 * <p>A method that overrides a limited one without an annotation of its own has the same limit, and
 * counts for itself. That is more than CDI does for its own interceptor bindings, which such a
 * method loses: a limit shall not get lost without a sign. It also agrees with JAX-RS, where such a
 * method inherits what makes it answer requests (Jakarta RESTful Web Services 3.1, section 3.6).
 *
 * <pre>{@code
 * @GET @Path("{id}") @RateLimited("100/min")
 * public Product get(@PathParam("id") long id)
 * }</pre>
 *
 * <p>CDI does not intercept calls of a bean to itself: a limited method called through {@code this}
 * is not limited.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(RateLimited.List.class)
public @interface RateLimited {

    /**
     * The limits, {@code N/window}, separated by commas; all of them admit or none counts.
     *
     * <p>{@code 100/min} is an exact sliding window, {@code 100/min burst 20} a token bucket,
     * {@code 50000/month in UTC} a calendar quota (and so are {@code day} and {@code week from
     * monday}). Windows are {@code 500ms}, {@code 10s}, {@code second}, {@code min}, {@code 15min},
     * {@code hour}, {@code day}, {@code h}, {@code d} or ISO-8601 ({@code PT10S}). Configuration
     * ({@code weir.policy.NAME.limit}) overrides it; where configuration has the limit it may be
     * left out.
     *
     * @return the limit text
     */
    String value() default "";

    /**
     * The policy's name: printable ASCII. Uses with one name share their counts, and must agree in
     * everything. Without a name the method counts for itself.
     *
     * @return the name, or empty
     */
    String name() default "";

    /**
     * Who is told apart: {@code client} (the default), {@code principal}, {@code header:X-Api-Key},
     * {@code path:id}, {@code global}, {@code bean:name}, joined by {@code +}.
     *
     * @return the key text, or empty for {@code client}
     */
    String key() default "";

    /**
     * The permits that one call takes; for each unit where a parameter has {@link Cost}.
     *
     * @return permits, at least 1 and at most the smallest capacity
     */
    long cost() default 1;

    /**
     * Who says what one call costs, instead of {@link #cost()}.
     *
     * @return the CDI name of a {@link CostResolver}, or empty
     */
    String costBean() default "";

    /**
     * Which calls keep the permits they took: all of them; those that fail, as for guesses of a
     * password; or all, at a price that is known when they are over.
     *
     * @return always (the default), failure or settled
     */
    CountWhen countWhen() default CountWhen.ALWAYS;

    /**
     * Which answers to a request are a failure, for {@link #countWhen()}: status codes, ranges and
     * classes separated by commas, such as {@code 401, 403, 5xx} or {@code 400-403}. An exception
     * that is not answered always is one.
     *
     * @return the status codes, or empty for {@code 4xx, 5xx}
     */
    String failureStatus() default "";

    /**
     * Whether ids count together that only look different: texts of {@link ResourceId} and {@code
     * path:} without blanks at their ends and without invisible characters, in the form NFKC of
     * Unicode and in one case. For names that a person types, such as of a login: {@code Ada },
     * {@code ADA} and {@code ada} are one. The method sees its arguments as they are.
     *
     * @return false (the default) or true
     */
    boolean foldIds() default false;

    /**
     * What the caller sees when the call is refused.
     *
     * @return throw (the default) or skip
     */
    OnRefusal onRefusal() default OnRefusal.THROW;

    /**
     * What decides while the shared store cannot.
     *
     * @return local (the default), or another rule
     */
    OnOutage onOutage() default OnOutage.LOCAL;

    /** Several of them at one place; written by the compiler. */
    @Documented
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface List {

        /**
         * The annotations in their order.
         *
         * @return at least two
         */
        RateLimited[] value();
    }

    /**
     * Exempts a method from what its class, a superclass or an interface asks for; on a class, all
     * of its methods that have no annotation of their own.
     */
    @Documented
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface None {}
}
