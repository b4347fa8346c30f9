package io.weir.servers.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The SDK of an application on a server that has none. */
@ApplicationScoped
public class Brought {

    @Produces
    @ApplicationScoped
    OpenTelemetry telemetry() throws IOException {
        Map<String, String> settings = new HashMap<>();
        try (InputStream file =
                Brought.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
            Properties properties = new Properties();
            properties.load(file);
            properties.forEach((name, value) -> settings.put((String) name, (String) value));
        }
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> settings)
                .build()
                .getOpenTelemetrySdk();
    }

    void end(@Disposes OpenTelemetry telemetry) throws IOException {
        ((Closeable) telemetry).close();
    }
}
