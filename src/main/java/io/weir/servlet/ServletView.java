package io.weir.servlet;

import io.weir.http.Answer;
import io.weir.http.RequestView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A servlet request as the guard sees it. */
record ServletView(HttpServletRequest request, HttpServletResponse response)
        implements RequestView {

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        String pathInfo = request.getPathInfo();
        return pathInfo == null ? request.getServletPath() : request.getServletPath() + pathInfo;
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
    public Optional<String> principal() {
        return Optional.ofNullable(request.getUserPrincipal()).map(Principal::getName);
    }

    @Override
    public void set(Answer.Field field) {
        if (!response.isCommitted()) {
            response.setHeader(field.name(), field.value());
        }
    }
}
