package io.weir.internal.app;

import io.weir.internal.policy.ConfigSource;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** MicroProfile Config, where the server has it; only then is this class loaded. */
final class MicroProfileSource {

    private MicroProfileSource() {}

    /** MicroProfile Config, or else system properties and the environment. */
    static ConfigSource orPlatform(ClassLoader application) {
        if (Scan.isPresent("org.eclipse.microprofile.config.ConfigProvider")) {
            try {
                return of(ConfigProvider.getConfig(application));
            } catch (IllegalStateException e) {
                // Its API is there, and nobody implements it.
            }
        }
        return ConfigSource.ranked(
                ConfigSource.ofProperties("system property", System.getProperties()),
                ConfigSource.ofEnvironment(System.getenv()));
    }

    static ConfigSource of(Config config) {
        return ConfigSource.of(
                name -> "MicroProfile Config" + source(config, name),
                name -> {
                    Optional<String> value = config.getOptionalValue(name, String.class);
                    return value.orElse(null);
                },
                config::getPropertyNames);
    }

    /** Which of its sources, such as the environment: they are called as the server likes. */
    private static String source(Config config, String name) {
        String source = config.getConfigValue(name).getSourceName();
        return source == null ? "" : ", " + source;
    }
}
