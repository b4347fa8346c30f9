package io.weir.console;

import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Overview;
import io.weir.internal.operator.Question;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page and its JSON. Who has not the role, and whatever is not one of these paths and methods,
 * gets 404, as if nothing were here.
 */
final class ConsoleServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String CSP =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    /** Of a text that is asked for or set. */
    private static final int LONGEST = 4_000;

    /** The files, and what they are. */
    private static final Map<String, String> FILES =
            Map.of(
                    "/", "text/html",
                    "/console.css", "text/css",
                    "/console.js", "text/javascript");

    private transient volatile Running running;

    /** What there is once the limiter runs. */
    private record Running(Operator operator, Access access, Tallies tallies) {}

    /** The limiter runs. */
    void begin(Operator operator, InputStream descriptor) {
        Access access = new Access(operator, descriptor);
        Tallies tallies = new Tallies(operator);
        running = new Running(operator, access, tallies);
        if (access.role().isPresent()) {
            tallies.begin();
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Running console = running;
        if (console == null) { // the limiter does not run, or is of another copy of the library
            refuse(response);
            return;
        }
        boolean known = request.getUserPrincipal() != null;
        boolean session = request.getSession(false) != null;
        try {
            Optional<String> who = console.access().operator(request, response);
            if (who.isPresent()) {
                console.tallies().begin();
                answer(console, who.get(), request, response);
            } else {
                refuse(response);
            }
        } finally {
            if (!known) {
                Access.forget(request, session);
            }
        }
    }

    private static void refuse(HttpServletResponse response) throws IOException {
        if (!response.isCommitted()) {
            if (response.getStatus() != 200 || response.containsHeader("WWW-Authenticate")) {
                response.reset(); // of a challenge
            }
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    private void answer(
            Running console, String who, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        boolean looks = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (looks && path.isEmpty()) {
            // Not as the request writes it: that may begin with two slashes.
            response.sendRedirect(getServletContext().getContextPath() + "/weir-console/");
        } else if (looks && FILES.containsKey(path)) {
            write(response, 200, FILES.get(path), file(path));
        } else if (path.startsWith("/api/") && Access.isForeign(request)) {
            refuse(response);
        } else if (looks) {
            json(look(console, who, path, request), response);
        } else if (request.getMethod().equals("POST")) {
            boolean mayChange = console.access().isToken(request, who);
            json(change(console, who, path, request, mayChange), response);
        } else {
            refuse(response);
        }
    }

    /** What is answered: a status and what becomes JSON. */
    private record Answer(int status, Object json) {}

    private static Answer error(int status, String why) {
        return new Answer(status, Map.of("error", why));
    }

    private static Answer look(
            Running console, String who, String path, HttpServletRequest request) {
        Operator operator = console.operator();
        try {
            return switch (path) {
                case "/api/overview" -> new Answer(200, overview(console, who, request));
                case "/api/explain" -> new Answer(200, operator.explain(question(request)));
                case "/api/peek" ->
                        new Answer(
                                200, operator.peek(text(request, "policy"), text(request, "key")));
                default -> null;
            };
        } catch (IllegalArgumentException e) {
            return error(400, e.getMessage());
        }
    }

    private static Map<String, Object> overview(
            Running console, String who, HttpServletRequest request) {
        Overview here = console.operator().overview();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("user", who);
        json.put("token", console.access().token(request, who));
        json.put("here", here);
        json.put("nodes", console.tallies().all(here));
        return json;
    }

    private static Answer change(
            Running console,
            String who,
            String path,
            HttpServletRequest request,
            boolean mayChange) {
        Operator operator = console.operator();
        String by = who + " by the console";
        if (!List.of("/api/reset", "/api/override", "/api/clear").contains(path)) {
            return null;
        }
        if (!mayChange) {
            return error(
                    403, "X-Weir-Token is missing or of another session: api/overview tells it");
        }
        try {
            String policy = text(request, "policy");
            return new Answer(
                    200,
                    switch (path) {
                        case "/api/reset" -> operator.reset(policy, text(request, "key"), by);
                        case "/api/override" ->
                                operator.override(
                                        policy,
                                        text(request, "limit"),
                                        text(request, "mode"),
                                        text(request, "lasts"),
                                        by);
                        default -> operator.clear(policy, by);
                    });
        } catch (IllegalArgumentException e) {
            return error(400, e.getMessage());
        }
    }

    private static Question question(HttpServletRequest request) {
        String[] lines = request.getParameterValues("header");
        String[] ids = request.getParameterValues("id");
        return new Question(
                text(request, "policy"),
                ids == null ? List.of() : List.of(ids),
                text(request, "method"),
                text(request, "path"),
                text(request, "client"),
                text(request, "user"),
                lines == null ? Map.of() : Question.headers(lines));
    }

    private static String text(HttpServletRequest request, String name) {
        String text = request.getParameter(name);
        if (text != null && text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    name
                            + " has "
                            + text.length()
                            + " characters, expected "
                            + LONGEST
                            + " at most");
        }
        return text == null ? "" : text.strip();
    }

    private static void json(Answer answer, HttpServletResponse response) throws IOException {
        if (answer == null) {
            refuse(response);
        } else {
            byte[] json = (Json.of(answer.json()) + "\n").getBytes(StandardCharsets.UTF_8);
            write(response, answer.status(), "application/json", json);
        }
    }

    private static byte[] file(String path) throws IOException {
        String name = path.equals("/") ? "console.html" : path.substring(1);
        try (InputStream in = ConsoleServlet.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static void write(HttpServletResponse response, int status, String type, byte[] body)
            throws IOException {
        response.setStatus(status);
        response.setContentType(type + ";charset=UTF-8");
        response.setHeader("Content-Security-Policy", CSP);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
