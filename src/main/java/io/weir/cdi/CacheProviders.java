package io.weir.cdi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Redisson's jar registers a JCache provider. On a server that has one of its own (Payara) there
 * are two then, and JCache answers an application that does not say which with an exception.
 */
final class CacheProviders {

    private static final System.Logger LOG = System.getLogger("io.weir");
    private static final String PROVIDER = "javax.cache.spi.CachingProvider";
    private static final String REDISSONS = "org.redisson.jcache.JCachingProvider";

    private CacheProviders() {}

    /** Says so where nobody has decided which. */
    static void check() {
        String other = System.getProperty(PROVIDER) == null ? beside() : null;
        if (other != null && Blueprint.isPresent(PROVIDER)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Redisson is a second JCache provider in this application. If it calls"
                            + " Caching.getCachingProvider(), the server needs the system property"
                            + " javax.cache.spi.CachingProvider={0}",
                    other);
        }
    }

    /** A provider beside Redisson's. */
    private static @Nullable String beside() {
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        Set<String> names = new TreeSet<>();
        try {
            if (application != null) {
                for (URL file :
                        Collections.list(
                                application.getResources("META-INF/services/" + PROVIDER))) {
                    read(file, names);
                }
            }
        } catch (IOException e) {
            return null; // then JCache cannot read them either
        }
        return names.remove(REDISSONS) && !names.isEmpty() ? names.iterator().next() : null;
    }

    private static void read(URL file, Set<String> names) throws IOException {
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false); // or a cached jar would outlive the application
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                connection.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .forEach(names::add);
        }
    }
}
