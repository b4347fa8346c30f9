package io.weir.internal.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which Redisson Weir has: the one inside the artifact {@code weir}, under another name, or, with
 * {@code weir-redisson}, the application's. By names alone, for there may be none.
 */
public final class RedissonCompatibility {

    /** These are renamed with the classes. */
    private static final String REDISSON = "org.redisson.Redisson";

    private static final String NETTY = "io.netty.util.concurrent.FastThreadLocal";

    /** And these are not. */
    private static final String INSIDE = "io/weir/internal/lib/org/redisson/Redisson.class";

    private static final String EACH = "io/weir/WeirRedis.class";

    private RedissonCompatibility() {}

    /**
     * Whether Redisson is inside this jar, where no application sees it.
     *
     * @return false if it is the application's
     */
    public static boolean isInside() {
        return REDISSON.startsWith("io.weir.");
    }

    /**
     * Where both artifacts are on one class path, or two jars of one.
     *
     * @param loader of the application
     * @return where the classes are, or empty if they are there once
     */
    public static Optional<String> copies(ClassLoader loader) {
        Set<String> all = places(loader, EACH);
        Set<String> inside = places(loader, INSIDE);
        boolean both = !inside.isEmpty() && all.size() != inside.size();
        return both || jars(all) > 1 ? Optional.of(String.join(" and ", all)) : Optional.empty();
    }

    /**
     * Where a class loader finds this library, however often.
     *
     * @param loader of the application
     * @return the jars
     */
    public static String places(ClassLoader loader) {
        return String.join(" and ", places(loader, EACH));
    }

    /** By their names: some servers know one jar by two addresses. */
    private static long jars(Set<String> places) {
        return places.stream()
                .map(place -> place.replaceFirst("!?/$", ""))
                .filter(place -> place.endsWith(".jar"))
                .map(place -> place.substring(place.lastIndexOf('/') + 1))
                .distinct()
                .count();
    }

    /** The jars that hold a resource. */
    private static Set<String> places(ClassLoader loader, String resource) {
        try {
            return Collections.list(loader.getResources(resource)).stream()
                    .map(URL::toString)
                    .map(url -> url.substring(0, url.length() - resource.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether the application's Redisson is another one than Weir was made for.
     *
     * @return its version and that of Netty, or empty if both fit, or do not say what they are
     */
    public static Optional<String> misfit() {
        return isInside() || (fits(REDISSON, "4\\.([7-9]|\\d\\d).*") && fits(NETTY, "4\\.2\\..*"))
                ? Optional.empty()
                : Optional.of(versions());
    }

    private static boolean fits(String type, String versions) {
        return version(type).map(version -> version.matches(versions)).orElse(true);
    }

    /**
     * Both versions.
     *
     * @return words for a message
     */
    static String versions() {
        return "Redisson "
                + version(REDISSON).orElse("of an unknown version")
                + " and Netty "
                + version(NETTY).orElse("of an unknown version");
    }

    /** As the manifest of its jar says. */
    private static Optional<String> version(String type) {
        try {
            ClassLoader loader = RedissonCompatibility.class.getClassLoader();
            Package its = Class.forName(type, false, loader).getPackage();
            return Optional.ofNullable(its.getImplementationVersion());
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.of("none");
        }
    }
}
