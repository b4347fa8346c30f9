package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.weir.internal.app.Deployment;
import io.weir.internal.app.Host;
import io.weir.internal.app.Scan;
import io.weir.internal.guard.CurrentOperation;
import jakarta.servlet.ServletContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The jar in an application that is no test. */
class DeployedByMistakeTest {

    /** An application has a copy of the kit, as in its WEB-INF/lib. */
    private static final class WebApplication extends ClassLoader {

        private final String settings;

        WebApplication(String settings) {
            super(KitBench.class.getClassLoader());
            this.settings = settings;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.weir.testing.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals("META-INF/weir.properties")
                    ? Collections.enumeration(List.of(url()))
                    : super.getResources(name);
        }

        private URL url() throws IOException {
            return new URL(
                    null,
                    "memory:weir.properties",
                    new URLStreamHandler() {
                        @Override
                        protected URLConnection openConnection(URL url) {
                            return new URLConnection(url) {
                                @Override
                                public void connect() {}

                                @Override
                                public InputStream getInputStream() {
                                    return new ByteArrayInputStream(
                                            settings.getBytes(StandardCharsets.UTF_8));
                                }
                            };
                        }
                    });
        }
    }

    private record Application(ClassLoader loader) implements Host {
        @Override
        public Optional<Principal> ejbCaller() {
            return Optional.empty();
        }

        @Override
        public boolean isEjbCallerIn(String role) {
            return false;
        }
    }

    private static Deployment deployment(@Nullable String settings) {
        ClassLoader loader =
                settings == null
                        ? DeployedByMistakeTest.class.getClassLoader()
                        : new WebApplication(settings);
        return new Deployment(
                new Scan(), new Application(loader), new CurrentOperation(), new HashSet<>());
    }

    @Test
    void itStopsTheDeployment() {
        assertThatIllegalStateException()
                .isThrownBy(() -> deployment("weir.enabled = true"))
                .withMessageContaining("WEIR-080 The test kit is deployed: weir.testing")
                .withMessageContaining("given weir-testing in an application; expected");
    }

    @Test
    void withTheSettingItIsATest() {
        assertThatCode(() -> deployment("weir.testing = true")).doesNotThrowAnyException();
    }

    @Test
    void noEndpointIsThereWithoutAToken() {
        ServletContext context =
                (ServletContext)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ServletContext.class},
                                (proxy, method, arguments) -> {
                                    throw new AssertionError(method + " was called");
                                });
        assertThatCode(() -> new KitInitializer().onStartup(null, context))
                .doesNotThrowAnyException();
    }

    /** Other tests of the same class path have the clock of the machine. */
    @Test
    void besideOtherTestsItDoesNothing() throws Exception {
        try (Deployment deployment = deployment(null)) {
            assertThat(new KitBench().joins()).isFalse();
            assertThat(deployment.status().degraded()).isFalse();
        }
    }
}
