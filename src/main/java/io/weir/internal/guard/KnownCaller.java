package io.weir.internal.guard;

import io.weir.ClientIdentity;
import java.util.Map;
import java.util.Optional;

/**
 * A caller of whom everything is known, whether or not its request is still there.
 *
 * @param client the client
 * @param user the authenticated user
 * @param headers the first line of each header field; asked regardless of case
 * @param paths the parameters of the path template
 */
public record KnownCaller(
        ClientIdentity client,
        Optional<String> user,
        Map<String, String> headers,
        Map<String, String> paths)
        implements Caller {

    @Override
    public Optional<String> principal() {
        return user;
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
