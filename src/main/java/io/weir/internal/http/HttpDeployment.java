package io.weir.internal.http;

import io.weir.RateLimiter;
import java.util.Map;
import java.util.Set;

/** What the servlet edge tells the composition root when the web application starts. */
public interface HttpDeployment extends AutoCloseable {

    /** The attribute of a web application that has Weir's filters. */
    String HAS_FILTERS = "io.weir.has-filters";

    /**
     * The web application starts; what remained to be done at deployment is done.
     *
     * @param contextPath its context path, empty for the root
     * @param annotated the classes that carry the annotation anywhere, and those that implement
     *     what a limiter asks, as the container found them
     * @param servlets the class of each servlet, by the servlet's name
     * @return the guard of the application's requests
     * @throws IllegalStateException if the application must not be deployed; the message is the
     *     report
     */
    HttpGuard start(String contextPath, Set<Class<?>> annotated, Map<String, String> servlets);

    /**
     * Whether the web application is such that what is declared can be enforced.
     *
     * @param annotated as above
     * @param parameters the parameters of each servlet that is known by now, by its name; those of
     *     the application by the empty name
     * @throws IllegalStateException if not; the message is the report
     */
    void check(Set<Class<?>> annotated, Map<String, Map<String, String>> parameters);

    /**
     * The limiter of the application, for who cannot inject it.
     *
     * @return the limiter
     */
    RateLimiter limiter();

    /** The application has ended; it does not start again. */
    @Override
    void close();
}
