package io.weir.internal.http;

import io.weir.ClientIdentity;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.guard.Caller;
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
 * @param user asks for the authenticated user
 * @param paths the parameters of the path template
 */
record RequestCaller(
        RequestView request,
        Supplier<Client> found,
        Supplier<Optional<String>> user,
        Supplier<Map<String, String>> paths)
        implements Caller {

    /** As the request says it. */
    static RequestCaller of(RequestView request, ClientAddresses addresses) {
        Supplier<Client> found = new Once(() -> addresses.resolve(request.peer(), request::header));
        return new RequestCaller(request, found, request::principal, Map::of);
    }

    /** The same, where a path template has matched. */
    RequestCaller at(Map<String, String> values) {
        return values.isEmpty() ? this : new RequestCaller(request, found, user, () -> values);
    }

    @Override
    public Client client() {
        return found.get();
    }

    @Override
    public Optional<String> principal() {
        return user.get();
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
        return new Copy(client(), knownUser(), headers, paths.get());
    }

    /** Nobody where a security filter of the application does not say. */
    private Optional<String> knownUser() {
        try {
            return principal();
        } catch (RuntimeException | LinkageError e) {
            return Optional.empty();
        }
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
            Map<String, String> headers,
            Map<String, String> paths)
            implements Caller {

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
