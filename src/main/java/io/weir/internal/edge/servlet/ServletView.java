package io.weir.internal.edge.servlet;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.RequestView;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A servlet request as the guard sees it.
 *
 * @param request the request
 * @param response the response in front of all filters; null where none of them was called
 */
record ServletView(HttpServletRequest request, @Nullable RefusableResponse response)
        implements RequestView {

    /** A URI as the client sent it, whose last segment is empty or dots, whatever it is called. */
    private static final Pattern DIRECTORY = Pattern.compile("/(?:\\.|%2[eE]){0,2}(?:;[^/]*)?$");

    @Override
    public String method() {
        return request.getMethod();
    }

    /** Tomcat, for one, routes {@code /} to {@code /index.html} before it calls a filter. */
    @Override
    public List<String> paths() {
        if (request.getDispatcherType() == DispatcherType.INCLUDE) {
            return included();
        }
        String routed = routed();
        int file = routed.lastIndexOf('/') + 1;
        return file < routed.length() && DIRECTORY.matcher(request.getRequestURI()).find()
                ? List.of(routed, routed.substring(0, file))
                : List.of(routed);
    }

    private String routed() {
        String info = request.getPathInfo();
        return info == null ? request.getServletPath() : request.getServletPath() + info;
    }

    @Override
    public @Nullable List<String> written() {
        String uri = request.getRequestURI();
        return uri == null || request.getDispatcherType() == DispatcherType.INCLUDE
                ? null
                : WrittenPath.of(uri, request.getContextPath());
    }

    /** The request still speaks of who includes; of what is included its attributes do. */
    private List<String> included() {
        Object path = request.getAttribute(RequestDispatcher.INCLUDE_SERVLET_PATH);
        Object info = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
        return path == null ? List.of() : List.of(path + (info == null ? "" : info.toString()));
    }

    @Override
    public Dispatch dispatch() {
        return Dispatch.valueOf(request.getDispatcherType().name());
    }

    @Override
    public Optional<String> servlet() {
        HttpServletMapping mapping =
                request.getDispatcherType() == DispatcherType.INCLUDE
                        ? (HttpServletMapping)
                                request.getAttribute(RequestDispatcher.INCLUDE_MAPPING)
                        : request.getHttpServletMapping();
        return mapping == null ? Optional.empty() : Optional.ofNullable(mapping.getServletName());
    }

    @Override
    public @Nullable String peer() {
        return request.getRemoteAddr();
    }

    @Override
    public List<String> header(String name) {
        Enumeration<String> lines = request.getHeaders(name);
        return lines == null ? List.of() : Collections.list(lines);
    }

    @Override
    public Collection<String> headerNames() {
        Enumeration<String> names = request.getHeaderNames();
        return names == null ? List.of() : Collections.list(names);
    }

    @Override
    public @Nullable Principal user() {
        return request.getUserPrincipal();
    }

    @Override
    public boolean isIn(String role) {
        return request.isUserInRole(role);
    }

    @Override
    public boolean hasBegun() {
        return response != null && response.isCommitted();
    }

    @Override
    public void fields(List<Answer.Field> fields) {
        if (response != null) {
            response.fields(fields);
        }
    }
}
