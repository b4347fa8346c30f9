package io.weir.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A test of limits. They count on a clock that stands still, and nothing is used when a test
 * begins.
 *
 * <p>Tests take a {@link WeirClock}, a {@link LimitsUnderTest} and, with Redis, a {@link TestRedis}
 * as parameters. It works for every application that starts on the thread of the test, such as that
 * of weld-junit5, and for {@link io.weir.Policy} objects alone. On a class that Arquillian runs,
 * the archive gets what it needs, and fields with {@code @ArquillianResource} get the first two.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(WeirTestExtension.class)
public @interface WeirTest {

    /**
     * Whether a real Redis counts: one that is started, where embedded-redis is on the class path,
     * or else the one that is configured. Without it that is done in memory, whatever is
     * configured.
     *
     * @return true if one counts
     */
    boolean redis() default false;
}
