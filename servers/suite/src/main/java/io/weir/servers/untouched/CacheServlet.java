package io.weir.servers.untouched;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Asks for JCache as an application does, on a server that may have none. */
@WebServlet("/cache")
public class CacheServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.getWriter().println(provider());
        for (URL file :
                Collections.list(
                        Thread.currentThread()
                                .getContextClassLoader()
                                .getResources(
                                        "META-INF/services/javax.cache.spi.CachingProvider"))) {
            response.getWriter().println(file.getPath().replaceFirst(".*/lib/", ""));
        }
    }

    private static String provider() {
        try {
            Class<?> caching = Class.forName("javax.cache.Caching");
            List<String> all = new ArrayList<>();
            for (Object one : (Iterable<?>) caching.getMethod("getCachingProviders").invoke(null)) {
                all.add(one.getClass().getName());
            }
            return all
                    + " "
                    + caching.getMethod("getCachingProvider").invoke(null).getClass().getName();
        } catch (ClassNotFoundException e) {
            return "no JCache";
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        } catch (ReflectiveOperationException e) {
            return e.toString();
        }
    }
}
