package io.weir.internal.http;

import java.lang.reflect.Method;

/** Is told what is declared and met nobody: only a call could show it. */
public interface Unmet {

    /**
     * A filter of the application has answered, and nobody behind it was asked. Once for a route.
     *
     * @param route whose path the request had
     */
    void answeredInFront(Route route);

    /**
     * Only an interceptor can decide for a method, and a locator has answered an object: it may be
     * one that CDI does not intercept. With each call.
     *
     * @param type the object's own class
     * @param method the resource method
     */
    void located(Class<?> type, Method method);
}
