package io.weir.internal.answer;

import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;

/** Whether caches that serve several clients may keep an answer (RFC 9111, sections 3 and 4.2). */
final class SharedCache {

    private SharedCache() {}

    /**
     * Whether one may, by what the answer says of itself. Where it says nothing, a cache decides by
     * when the content was last modified.
     *
     * @param fields the lines of a header field, by its name
     */
    static boolean mayKeep(Function<String, Collection<String>> fields) {
        boolean says = false;
        boolean may = false;
        for (String line : fields.apply("Cache-Control")) {
            for (String part : line.split(",", -1)) {
                String directive = part.strip().toLowerCase(Locale.ROOT);
                if (directive.equals("no-store") || directive.equals("private")) {
                    return false;
                }
                String age = directive.substring(directive.indexOf('=') + 1).replace("\"", "");
                boolean lasting =
                        (directive.startsWith("s-maxage=") || directive.startsWith("max-age="))
                                && age.matches("0*[1-9][0-9]*");
                says |= directive.startsWith("s-maxage=") || directive.startsWith("max-age=");
                says |= directive.startsWith("no-cache");
                may |= lasting || directive.equals("public");
            }
        }
        if (may || says) {
            return may;
        }
        return isThere(fields, "Expires")
                || isThere(fields, "Last-Modified")
                || isThere(fields, "CDN-Cache-Control")
                || isThere(fields, "Surrogate-Control");
    }

    private static boolean isThere(Function<String, Collection<String>> fields, String name) {
        for (String line : fields.apply(name)) {
            if (!line.isBlank()) {
                return true;
            }
        }
        return false;
    }
}
