package io.weir.servers.answered;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Begins an answer in one way or another, and then asks a limited bean. */
@WebServlet({"/plain/*", "/gzip/*", "/eager/*", "/kept/*", "/stubborn/*", "/front/*"})
public class Work extends HttpServlet {

    @Inject Counter counter;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String what = request.getPathInfo().substring(1);
        switch (what) {
            case "writer" -> response.getWriter();
            case "stream" -> response.getOutputStream();
            case "written" -> response.getWriter().print("begun ");
            case "streamed" -> response.getOutputStream().write("begun ".getBytes());
            case "flushed" -> {
                response.getWriter().print("begun ");
                response.flushBuffer();
            }
            case "length" -> response.setContentLength(4);
            case "fields" -> {
                request.getSession();
                fields(response);
            }
            default -> {}
        }
        if (what.equals("moved")) {
            move(response);
        } else if (what.startsWith("cached")) {
            cached(what, response);
        } else {
            if (!what.equals("path")) {
                counter.count();
            }
            finish(what, response);
        }
    }

    private static void finish(String what, HttpServletResponse response) throws IOException {
        if (what.startsWith("stream")) {
            response.getOutputStream().write("work".getBytes(StandardCharsets.UTF_8));
        } else {
            response.getWriter().print("work");
        }
    }

    /** What describes the content, what tells caches, and what is there for anything else. */
    private static void fields(HttpServletResponse response) {
        response.setContentType("application/pdf");
        response.setHeader("Content-Disposition", "attachment; filename=r.pdf");
        response.setHeader("Content-Language", "de");
        response.setHeader("Content-Location", "/r.pdf");
        response.setHeader("Content-Range", "bytes 0-3/4");
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader("ETag", "\"1\"");
        response.setDateHeader("Last-Modified", 0);
        response.setDateHeader("Expires", 4_000_000_000_000L);
        response.setHeader("Cache-Control", "public, max-age=60");
        response.setHeader("CDN-Cache-Control", "max-age=600");
        response.setHeader("Pragma", "x");
        response.setHeader("Content-Security-Policy", "default-src 'none'");
        response.setHeader("Access-Control-Allow-Origin", "https://shop.example");
        response.addHeader("Vary", "Origin");
        response.addHeader("X-Two", "1");
        response.addHeader("X-Two", "2");
        response.addCookie(new Cookie("seen", "yes"));
    }

    /** The status is on its way, and there is more to come than fits anywhere. */
    private static void move(HttpServletResponse response) throws IOException {
        response.setStatus(302);
        response.setHeader("Location", "elsewhere");
        response.flushBuffer();
        byte[] much = new byte[1 << 16];
        for (int i = 0; i < 200; i++) {
            response.getOutputStream().write(much);
            response.flushBuffer();
        }
    }

    private static void cached(String what, HttpServletResponse response) throws IOException {
        switch (what) {
            case "cached-public" -> response.setHeader("Cache-Control", "public, max-age=60");
            case "cached-shared" -> response.setHeader("Cache-Control", "s-maxage=60");
            case "cached-age" -> response.setHeader("Cache-Control", "max-age=60");
            case "cached-expires" -> response.setDateHeader("Expires", 4_000_000_000_000L);
            case "cached-modified" -> response.setDateHeader("Last-Modified", 0);
            case "cached-private" -> response.setHeader("Cache-Control", "private, max-age=60");
            case "cached-not" -> response.setHeader("Cache-Control", "no-store");
            default -> {}
        }
        response.getWriter().print("work");
        if (what.equals("cached-late")) {
            response.setHeader("Cache-Control", "public, max-age=60");
        }
    }
}
