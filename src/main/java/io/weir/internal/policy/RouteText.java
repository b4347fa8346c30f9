package io.weir.internal.policy;

import io.weir.internal.policy.Problem.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Where the filter enforces a policy, as text: paths and methods. Stateless. */
final class RouteText {

    private static final String METHODS = "HTTP methods separated by commas, such as GET, POST";

    /** IANA's registry of HTTP methods, likelier ones first, and what caches and UPnP add. */
    private static final List<String> KNOWN_METHODS =
            List.of(
                    ("GET POST PUT DELETE PATCH HEAD OPTIONS QUERY TRACE CONNECT PROPFIND PROPPATCH"
                                    + " MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH ACL"
                                    + " BASELINE-CONTROL BIND CHECKIN CHECKOUT LABEL LINK MERGE"
                                    + " MKACTIVITY MKCALENDAR MKREDIRECTREF MKWORKSPACE ORDERPATCH"
                                    + " PRI REBIND UNBIND UNCHECKOUT UNLINK UPDATE"
                                    + " UPDATEREDIRECTREF VERSION-CONTROL PURGE BAN SUBSCRIBE"
                                    + " UNSUBSCRIBE NOTIFY M-SEARCH")
                            .split(" "));

    private static final Pattern BROKEN = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private RouteText() {}

    /** Request methods, separated by commas. */
    static Optional<List<String>> methods(Text text) {
        return text.each(",", item -> method(item, text))
                .map(methods -> methods.stream().distinct().toList());
    }

    private static Optional<String> method(Text item, Text text) {
        String method = item.value();
        if (!KeyText.TOKEN.matcher(method).matches()) {
            return text.refuse(METHODS);
        }
        String upper = method.toUpperCase(Locale.ROOT);
        if (!KNOWN_METHODS.contains(upper)) {
            Optional<String> hint = DidYouMean.hint(method, KNOWN_METHODS);
            if (hint.isPresent() || !method.equals(upper)) {
                return item.refuse(ProblemCode.SETTING_VALUE, item.quoted(), METHODS, hint);
            }
            item.problems()
                    .add(
                            Severity.WARNING,
                            ProblemCode.SETTING_VALUE,
                            item.where(),
                            item.quoted() + ", which is no method of a standard",
                            METHODS + "; the policy limits this one all the same",
                            hint);
        }
        return Optional.of(upper);
    }

    /** Paths of the application, separated by commas. */
    static Optional<List<String>> paths(Text text) {
        return text.each(",", RouteText::path);
    }

    /**
     * A path of the application: {@code /search}, {@code /api/*}, {@code /products/{id}}. What a
     * browser shows encoded may be written so, or as it is: {@code /caf%C3%A9} and {@code /café}.
     */
    static Optional<String> path(Text text) {
        if (BROKEN.matcher(text.value()).find()) {
            return text.refuse("two hexadecimal digits behind each %, such as /caf%C3%A9");
        }
        return isPath(text.value())
                ? Optional.of(text.value())
                : text.refuse(
                        "a path within the application, such as /search, /api/* or"
                                + " /products/{id}");
    }

    private static boolean isPath(String path) {
        boolean good =
                path.startsWith("/")
                        && path.chars().noneMatch(c -> c == ' ' || Character.isISOControl(c));
        if (!good || path.equals("/")) {
            return good;
        }
        Set<String> parameters = new HashSet<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            String segment = segments[i];
            if (segment.matches("\\{[A-Za-z0-9_][A-Za-z0-9_.-]*}")) {
                good &= parameters.add(segment);
            } else {
                good &= segment.equals("*") ? last : !segment.matches(".*[*{}?#;].*");
                good &= last || !segment.isEmpty();
                good &= !segment.equals(".") && !segment.equals("..");
            }
        }
        return good;
    }
}
