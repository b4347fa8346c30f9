package io.weir.cdi;

import io.weir.config.ConfigSource;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** MicroProfile Config, where the server has it; only then is this class loaded. */
final class MicroProfileSource {

    private MicroProfileSource() {}

    /** MicroProfile Config, or else system properties and the environment. */
    static ConfigSource orPlatform() {
        if (Blueprint.isPresent("org.eclipse.microprofile.config.ConfigProvider")) {
            try {
                return source();
            } catch (IllegalStateException e) { // its API is there, and nobody implements it
                return platform();
            }
        }
        return platform();
    }

    private static ConfigSource platform() {
        return ConfigSource.ranked(
                ConfigSource.ofProperties("system property", System.getProperties()),
                ConfigSource.ofEnvironment(System.getenv()));
    }

    private static ConfigSource source() {
        Config config = ConfigProvider.getConfig();
        return ConfigSource.of(
                "MicroProfile Config",
                name -> {
                    Optional<String> value = config.getOptionalValue(name, String.class);
                    return value.orElse(null);
                },
                config::getPropertyNames);
    }
}
