package io.weir.testing;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the client's side of a test asks in a server. It answers who knows the token, and is not
 * there for anybody else. A request has the form of a pre-flight of CORS: no policy charges it,
 * whatever its path.
 */
final class Endpoint implements Filter {

    static final String PATH = "/weir-testing";
    static final String TOKEN = "Weir-Testing-Token";

    private final byte[] token;

    Endpoint(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        LocalBench bench = Benches.known();
        if (bench != null
                && request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse answer
                && http.getRequestURI().equals(http.getContextPath() + PATH)
                && isKnown(http.getHeader(TOKEN))) {
            answer(bench, http, answer);
        } else {
            chain.doFilter(request, response);
        }
    }

    private boolean isKnown(@Nullable String given) {
        return given != null
                && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(
            LocalBench bench, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String text;
        try {
            text = done(bench, request);
        } catch (RuntimeException e) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
            text = String.valueOf(e.getMessage());
        }
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String done(LocalBench bench, HttpServletRequest request) {
        bench.ready();
        switch (request.getParameter("do")) {
            case "advance" ->
                    bench.advance(Duration.ofNanos(Long.parseLong(request.getParameter("nanos"))));
            case "outage" -> bench.outage(Boolean.parseBoolean(request.getParameter("away")));
            case "reset" -> {
                bench.reset();
                return Integer.toHexString(System.identityHashCode(bench)); // which clock it is
            }
            case "take" -> {
                return Wire.text(bench.take(who(request), asked(request)));
            }
            case "describe" -> {
                return bench.describe(who(request), asked(request));
            }
            default -> throw new IllegalArgumentException("nothing of the kind");
        }
        return "";
    }

    private static Who who(HttpServletRequest request) {
        return new Who(
                request.getParameter("client"),
                Optional.ofNullable(request.getParameter("user")),
                values(request, "role"));
    }

    private static Bench.Request asked(HttpServletRequest request) {
        List<@Nullable Object> ids = new ArrayList<>();
        for (String id : values(request, "id")) {
            ids.add(id.isEmpty() ? null : id.substring(1)); // a dot stands before a text
        }
        return new Bench.Request(request.getParameter("policy"), Optional.empty(), ids);
    }

    private static List<String> values(HttpServletRequest request, String name) {
        String[] values = request.getParameterValues(name);
        return values == null ? List.of() : Arrays.asList(values);
    }
}
