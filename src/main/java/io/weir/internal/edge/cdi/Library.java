package io.weir.internal.edge.cdi;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Where the library itself is: in a web module, in an EAR's {@code lib}, or anywhere. */
final class Library {

    static final ClassLoader LOADER = Library.class.getClassLoader();

    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern ORDERING =
            Pattern.compile(
                    "(?s)<(?:\\w+:)?absolute-ordering\\s*(?:/>|>(.*?)</(?:\\w+:)?absolute-ordering)");
    private static final Pattern LETS_IN =
            Pattern.compile("<(?:\\w+:)?(?:others\\b|name\\s*>\\s*weir\\s*<)");

    private Library() {}

    static boolean isInWebModule() {
        return isInWebModule(Library.class);
    }

    /** Of {@code WEB-INF/classes} or {@code WEB-INF/lib}. */
    static boolean isInWebModule(Class<?> type) {
        return Stream.of(place(type), file(type))
                .flatMap(Optional::stream)
                .anyMatch(place -> place.getPath().contains("/WEB-INF/"));
    }

    /** Open Liberty takes the whole WAR for the place of a class. */
    private static Optional<URL> file(Class<?> type) {
        return Optional.ofNullable(
                type.getResource('/' + type.getName().replace('.', '/') + ".class"));
    }

    private static Optional<URL> place(Class<?> type) {
        return Optional.ofNullable(type.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation);
    }

    /** The name of the EAR whose modules share the library. */
    @SuppressWarnings("BanJNDI") // a constant name of the container's
    static Optional<String> ear() {
        if (isInWebModule()) {
            return Optional.empty();
        }
        try {
            Object name = new InitialContext().lookup("java:app/AppName");
            return Optional.of(String.valueOf(name));
        } catch (NamingException e) {
            return Optional.empty(); // no EAR, and perhaps no server
        }
    }

    /**
     * Whether initializers of jars in an EAR's {@code lib} do not run: Open Liberty has no filters
     * of Weir in the web modules then, and tells CDI of no web application.
     */
    static boolean isPassedOver() {
        return !isInWebModule() && LOADER.getClass().getName().startsWith("com.ibm.ws.");
    }

    /** Some servers tell CDI of no web application: whether web.xml leaves Weir's filters out. */
    static boolean isLeftOut() {
        if (!isInWebModule()) {
            return false;
        }
        try {
            URL lib = place(Library.class).orElseThrow();
            try (InputStream in = new URL(lib, "../web.xml").openStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                Matcher found = ORDERING.matcher(COMMENT.matcher(text).replaceAll(""));
                return found.find()
                        && (found.group(1) == null || !LETS_IN.matcher(found.group(1)).find());
            }
        } catch (IOException e) {
            return false; // there is none, or nobody may read it
        }
    }
}
