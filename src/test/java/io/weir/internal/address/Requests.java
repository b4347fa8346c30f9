package io.weir.internal.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Header fields as a container hands them out, and rules in a few words. */
final class Requests {

    private Requests() {}

    static ClientSettings trusting(String... proxies) {
        return reading("X-Forwarded-For", proxies);
    }

    static ClientSettings reading(String field, String... proxies) {
        List<Cidr> ranges = Arrays.stream(proxies).map(Cidr::parse).toList();
        return new ClientSettings(ranges, true, 0, field, 64);
    }

    static ClientSettings hops(int hops) {
        return new ClientSettings(List.of(), true, hops, "X-Forwarded-For", 64);
    }

    static Fields none() {
        return new Fields();
    }

    static Fields xff(String... lines) {
        return none().and("X-Forwarded-For", lines);
    }

    static Fields forwarded(String... lines) {
        return none().and("Forwarded", lines);
    }

    static Client resolve(ClientSettings rules, @Nullable String peer, Fields fields) {
        return new ClientAddresses(rules, found -> {}).resolve(peer, fields);
    }

    /** Finds a field by its name in any case, and keeps what was asked for. */
    static final class Fields implements Function<String, List<String>> {
        private final TreeMap<String, List<String>> lines =
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        final List<String> asked = new ArrayList<>();

        Fields and(String name, String... values) {
            lines.computeIfAbsent(name, n -> new ArrayList<>()).addAll(List.of(values));
            return this;
        }

        @Override
        public List<String> apply(String name) {
            asked.add(name);
            return lines.getOrDefault(name, List.of());
        }
    }
}
