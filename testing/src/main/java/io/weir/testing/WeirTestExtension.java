package io.weir.testing;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Puts the applications that a test class deploys on a bench. It is there before any other
 * extension deploys one, wherever that stands on the class.
 */
final class WeirTestExtension
        implements BeforeAllCallback,
                TestInstancePostProcessor,
                BeforeEachCallback,
                BeforeTestExecutionCallback,
                AfterEachCallback,
                AfterAllCallback,
                ParameterResolver {

    private static final String RESOURCE = "org.jboss.arquillian.test.api.ArquillianResource";
    private static final String EXPLICIT = "org.jboss.weld.junit5.ExplicitParamInjection";

    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(WeirTestExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        Benches.setOfThread(bench(context));
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) {
        Benches.setOfThread(bench(context));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        LocalBench bench = bench(context);
        bench.reset();
        bench.enter(Who.SOMEBODY);
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        bench(context).start(name(context));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        bench(context).leave();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.equals(ofClass(context))) {
            bench(context).close();
            Benches.setOfThread(null);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return !isOfWeld(parameter, context)
                && Arrays.stream(parameter.getParameter().getAnnotations())
                        .noneMatch(a -> a.annotationType().getName().equals(RESOURCE))
                && isOurs(type);
    }

    /** There it is a bean: Weld takes every parameter that is not explicitly somebody else's. */
    private static boolean isOfWeld(ParameterContext parameter, ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        return Stream.of(test, parameter.getDeclaringExecutable())
                        .flatMap(place -> Arrays.stream(place.getAnnotations()))
                        .noneMatch(a -> a.annotationType().getName().equals(EXPLICIT))
                && isExtended(test, "org.jboss.weld.junit5.");
    }

    private static boolean isExtended(Class<?> test, String by) {
        return AnnotationSupport.findRepeatableAnnotations(test, ExtendWith.class).stream()
                .flatMap(with -> Arrays.stream(with.value()))
                .anyMatch(type -> type.getName().startsWith(by));
    }

    private static boolean isOurs(Class<?> type) {
        return type == WeirClock.class
                || type == LimitsUnderTest.class
                || type.getName().equals("io.weir.testing.TestRedis");
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        LocalBench bench = bench(context);
        if (type == WeirClock.class || type == LimitsUnderTest.class) {
            if (Benches.known() == null
                    && isExtended(context.getRequiredTestClass(), "org.jboss.arquillian.")) {
                throw new ParameterResolutionException(
                        type.getSimpleName()
                                + ": the application runs in a server, expected a field with"
                                + " @ArquillianResource");
            }
            return type == WeirClock.class
                    ? (WeirClock) bench::advance
                    : new LimitsUnderTest(bench);
        }
        return redisFor(context);
    }

    private static TestRedis redisFor(ExtensionContext context) {
        if (!wantsRedis(context)) {
            throw new ParameterResolutionException("TestRedis: expected @WeirTest(redis = true)");
        }
        if (!hasEmbeddedRedis()) {
            throw new ParameterResolutionException(
                    "TestRedis: expected com.github.codemonstur:embedded-redis on the class path");
        }
        return redis(context);
    }

    /** One for a class with all that is nested in it. */
    private static LocalBench bench(ExtensionContext context) {
        LocalBench ofServer = Benches.known();
        if (ofServer != null) {
            return ofServer; // the test runs in it
        }
        ExtensionContext ofClass = ofClass(context);
        return ofClass.getStore(OURS)
                .getOrComputeIfAbsent(LocalBench.class, type -> made(ofClass), LocalBench.class);
    }

    private static LocalBench made(ExtensionContext context) {
        Map<String, String> settings = new HashMap<>();
        settings.put("weir.testing", "true");
        if (isAnnotated(context, LimitsOff.class)) {
            settings.put("weir.enabled", "false");
        }
        boolean wanted = wantsRedis(context);
        if (!wanted || !hasEmbeddedRedis()) {
            return new LocalBench(wanted, settings, null);
        }
        TestRedis redis = redis(context);
        settings.put("weir.redis.url", redis.url());
        settings.put("weir.application", name(context));
        return new LocalBench(true, settings, redis);
    }

    private static boolean wantsRedis(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(
                        ofClass(context).getRequiredTestClass(), WeirTest.class)
                .filter(WeirTest::redis)
                .isPresent();
    }

    private static boolean isAnnotated(ExtensionContext context, Class<? extends Annotation> type) {
        return AnnotationSupport.isAnnotated(ofClass(context).getRequiredTestClass(), type);
    }

    private static String name(ExtensionContext context) {
        return ofClass(context).getRequiredTestClass().getName();
    }

    private static ExtensionContext ofClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        while (true) {
            ExtensionContext parent = outermost.getParent().orElse(null);
            if (parent == null || parent.getTestClass().isEmpty()) {
                return outermost;
            }
            outermost = parent;
        }
    }

    private static boolean hasEmbeddedRedis() {
        try {
            Class.forName("redis.embedded.RedisServer", false, WeirTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static TestRedis redis(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .getOrComputeIfAbsent(
                        TestRedis.class, type -> TestRedis.started(), TestRedis.class);
    }
}
