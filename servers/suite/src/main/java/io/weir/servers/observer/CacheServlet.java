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
        String line = "javax.cache.spi.CachingProvider";
        String provider = request.getParameter("provider");
        if (provider != null) {
            System.setProperty(line, provider); // as the server's administrator would
        }
        response.getWriter().print(provider());
        if (provider != null) {
            System.clearProperty(line);
        }
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
