package io.weir.internal.edge.servlet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path of a URI as the client has written it, which JAX-RS goes by. What a container routes by
 * has its dots resolved, ends at the first parameter on some, and has more segments where another
 * one has an encoded slash.
 */
final class WrittenPath {

    /**
     * What is not read in one way: parameters, encoded slashes and semicolons, segments of dots.
     */
    private static final Pattern AMBIGUOUS =
            Pattern.compile(";|%2[fF]|%3[bB]|/(?:\\.|%2[eE]){1,2}(?:[/;]|$)");

    private WrittenPath() {}

    /**
     * The segments within the application: without parameters, decoded one by one.
     *
     * @param uri as the client sent it
     * @param context the path of the application
     * @return null if there is only one way to read it, or the container reads it in another way
     */
    static @Nullable List<String> of(String uri, String context) {
        boolean plain = uri.indexOf('%') < 0 && uri.indexOf(';') < 0 && !uri.contains("/.");
        if (plain || !AMBIGUOUS.matcher(uri).find()) {
            return null;
        }
        try {
            List<String> begin = segments(context, 0);
            List<String> all = segments(uri, begin.size());
            return all.size() >= begin.size() && all.subList(0, begin.size()).equals(begin)
                    ? all.subList(begin.size(), all.size())
                    : null;
        } catch (IllegalArgumentException e) { // the container has not taken it for what it says
            return null;
        }
    }

    /** Dots are resolved up to the path of the application, whose way there matters to nobody. */
    private static List<String> segments(String path, int context) {
        List<String> segments = new ArrayList<>();
        for (String raw : path.replaceAll(";[^/]*", "").replace("+", "%2B").split("/")) {
            String segment = URLDecoder.decode(raw, StandardCharsets.UTF_8);
            boolean outside = segments.size() <= context;
            if (outside && segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.remove(segments.size() - 1);
                }
            } else if (!segment.isEmpty() && !(outside && segment.equals("."))) {
                segments.add(segment);
            }
        }
        return segments;
    }
}
