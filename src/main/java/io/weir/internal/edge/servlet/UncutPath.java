package io.weir.internal.edge.servlet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The path of a URI with path parameters, for containers whose own path ends at the first one. */
final class UncutPath {

    private UncutPath() {}

    /**
     * The whole path within the application.
     *
     * @param uri as the client sent it
     * @param context the path of the application
     * @param routed what the container routes by
     * @return null if that is all of it, or something else
     */
    static @Nullable String of(String uri, String context, String routed) {
        List<String> all;
        List<String> begin;
        try {
            all = segments(uri);
            begin = segments(context);
        } catch (IllegalArgumentException e) { // the container has not taken it for what it says
            return null;
        }
        int inside = begin.size();
        begin.addAll(split(routed));
        return all.size() > begin.size() && all.subList(0, begin.size()).equals(begin)
                ? "/" + String.join("/", all.subList(inside, all.size()))
                : null;
    }

    /** Without parameters, decoded, and without dots. */
    private static List<String> segments(String uri) {
        List<String> segments = new ArrayList<>();
        for (String raw : split(uri.replaceAll(";[^/]*", "").replace("+", "%2B"))) {
            String segment = URLDecoder.decode(raw, StandardCharsets.UTF_8);
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.remove(segments.size() - 1);
                }
            } else if (!segment.equals(".")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static List<String> split(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }
}
