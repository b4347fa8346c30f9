package io.weir.internal.http;

import io.weir.ClientIdentity;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.guard.Caller;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request.
 *
 * @param request the request
 * @param found finds the client, once for all who are made of this
 * @param who tells the authenticated user
 * @param plans roles of interest, once the request is over
 * @param paths the parameters of the path template
 */
record RequestCaller(
        RequestView request,
        Supplier<Client> found,
        User who,
        List<String> plans,
        Supplier<Map<String, String>> paths)
        implements Caller {

    /** As the request says it. */
    static RequestCaller of(RequestView request, ClientAddresses addresses, List<String> plans) {
        Supplier<Client> found = new Once(() -> addresses.resolve(request.peer(), request::header));
        return new RequestCaller(request, found, request, plans, Map::of);
    }

    /** The same, where a path template has matched. */
    RequestCaller at(Map<String, String> values) {
        return values.isEmpty()
                ? this
                : new RequestCaller(request, found, who, plans, () -> values);
    }

    /** The same, where JAX-RS knows the user and the path. */
    RequestCaller at(User user, Supplier<Map<String, String>> values) {
        return new RequestCaller(request, found, user, plans, values);
    }

    @Override
    public Client client() {
        return found.get();
    }

    @Override
    public Optional<String> principal() {
        return Optional.ofNullable(user()).map(Principal::getName);
    }

    @Override
    public @Nullable Principal user() {
        return who.user();
    }

    @Override
    public boolean isIn(String role) {
        return who.isIn(role);
    }

    @Override
    public Optional<String> header(String name) {
        return request.header(name).stream().findFirst();
    }

    @Override
    public Optional<String> path(String name) {
        return Optional.ofNullable(paths.get().get(name));
    }

    @Override
    public Caller detached() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : request.headerNames()) {
            header(name).ifPresent(line -> headers.put(name, line));
        }
        Principal user = null;
        Optional<String> name = Optional.empty();
        List<String> roles = List.of();
        try {
            user = user();
            name = principal();
            roles = user == null ? List.of() : plans.stream().filter(this::isIn).toList();
        } catch (RuntimeException | LinkageError e) {
            // Nobody, or without roles, where a security filter of the application does not say.
        }
        return new Copy(client(), name, user, roles, headers, paths.get());
    }

    private static final class Once implements Supplier<Client> {

        private final Supplier<Client> finder;
        private @Nullable Client client;

        Once(Supplier<Client> finder) {
            this.finder = finder;
        }

        @Override
        public synchronized Client get() {
            Client known = client;
            if (known == null) {
                known = finder.get();
                client = known;
            }
            return known;
        }
    }

    /** What is known of a caller whose request may be over; header names in any case. */
    private record Copy(
            ClientIdentity client,
            Optional<String> principal,
            @Nullable Principal user,
            List<String> roles,
            Map<String, String> headers,
            Map<String, String> paths)
            implements Caller {

        @Override
        public boolean isIn(String role) {
            return roles.contains(role);
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        @Override
        public Optional<String> path(String name) {
            return Optional.ofNullable(paths.get(name));
        }
    }
}
