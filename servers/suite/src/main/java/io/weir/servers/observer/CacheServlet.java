package io.weir.servers.observer;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;

/** Asks for the JCache provider as an application does, on a server that may have none. */
@WebServlet("/cache")
public class CacheServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.getWriter().print(provider());
    }

    private static String provider() {
        try {
            return Class.forName("javax.cache.Caching")
                    .getMethod("getCachingProvider")
                    .invoke(null)
                    .getClass()
                    .getName();
        } catch (ClassNotFoundException e) {
            return "no JCache";
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        } catch (ReflectiveOperationException e) {
            return e.toString();
        }
    }
}
