package io.weir.internal.app;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.RequestView;
import io.weir.internal.operator.Question;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that nobody has sent: an operator asks what it would meet.
 *
 * @param question what is asked
 * @param path as a container routes it
 * @param servlet the servlet that would serve it
 */
record HypotheticalRequest(Question question, String path, Optional<String> servlet)
        implements RequestView {

    /** A query or a fragment, which people paste along with a path. */
    private static final Pattern BEHIND = Pattern.compile("[?#].*$");

    /** Decoded, normalised, without path parameters. */
    static String path(String typed) {
        String given = BEHIND.matcher(typed).replaceFirst("");
        List<String> segments = new ArrayList<>();
        for (String segment : given.split("/", -1)) {
            String text = decoded(segment.replaceFirst(";.*$", ""));
            if (text.equals("..") && !segments.isEmpty()) {
                segments.remove(segments.size() - 1);
            } else if (!text.isEmpty() && !text.equals(".") && !text.equals("..")) {
                segments.add(text);
            }
        }
        String path = "/" + String.join("/", segments);
        return given.endsWith("/") && path.length() > 1 ? path + "/" : path;
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment; // typed as it is
        }
    }

    @Override
    public String method() {
        return question.method();
    }

    @Override
    public List<String> paths() {
        return List.of(path);
    }

    @Override
    public Dispatch dispatch() {
        return Dispatch.REQUEST;
    }

    @Override
    public String peer() {
        return question.client();
    }

    @Override
    public List<String> header(String name) {
        String line = question.headers().get(name);
        return line == null ? List.of() : List.of(line);
    }

    @Override
    public Collection<String> headerNames() {
        return question.headers().keySet();
    }

    @Override
    public void fields(List<Answer.Field> fields) {
        // There is no answer.
    }

    @Override
    public @Nullable Principal user() {
        String name = question.user();
        return name.isEmpty() ? null : () -> name;
    }
}
