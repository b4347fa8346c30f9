package io.weir.shop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import redis.embedded.core.ExecutableProvider;

/** What {@code compose.yaml} says, where there is no engine: its commands as plain processes. */
final class Compose {

    static final Path FILE = Path.of(System.getProperty("shop.target"), "../compose.yaml");

    private Compose() {}

    /** With what {@code <<} merges, which no reader of JSON does. */
    static JsonNode all() throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (InputStream file = Files.newInputStream(FILE)) {
            Object merged = new Yaml(new SafeConstructor(options)).load(file);
            return new ObjectMapper().valueToTree(merged);
        }
    }

    static JsonNode service(String name) throws IOException {
        return all().path("services").path(name);
    }

    /** The command of a service, with other texts in place of some. */
    static List<String> command(String service, Map<String, String> instead) throws IOException {
        List<String> command = new ArrayList<>();
        for (JsonNode word : service(service).path("command")) {
            command.add(changed(word.asText(), instead));
        }
        return command;
    }

    /** The environment of a service, with other texts in place of some. */
    static Map<String, String> environment(String service, Map<String, String> instead)
            throws IOException {
        Map<String, String> environment = new HashMap<>();
        service(service)
                .path("environment")
                .fields()
                .forEachRemaining(
                        one ->
                                environment.put(
                                        one.getKey(), changed(one.getValue().asText(), instead)));
        return environment;
    }

    private static String changed(String text, Map<String, String> instead) {
        String changed = text;
        for (Map.Entry<String, String> change : instead.entrySet()) {
            changed = changed.replace(change.getKey(), change.getValue());
        }
        return changed;
    }

    /** The server of Redis that the tests bring. */
    static String redisServer() throws IOException {
        return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    }
}
