package io.weir.testing;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds the endpoint, where the client's side of a test has put a token into the archive. Found by
 * the servlet container; not for applications.
 */
public final class KitInitializer implements ServletContainerInitializer {

    /** Made for one run, and in no jar that is published. */
    static final String TOKEN = "META-INF/weir-testing.token";

    /** For the servlet container. */
    public KitInitializer() {}

    @Override
    public void onStartup(@Nullable Set<Class<?>> types, ServletContext context) {
        try (InputStream in = KitInitializer.class.getClassLoader().getResourceAsStream(TOKEN)) {
            if (in == null) {
                return;
            }
            String token = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            FilterRegistration.Dynamic filter =
                    context.addFilter("weir-testing", new Endpoint(token));
            if (filter != null) {
                filter.setAsyncSupported(true);
                filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
