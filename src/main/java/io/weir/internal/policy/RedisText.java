package io.weir.internal.policy;

import io.weir.internal.policy.RedisAddress.Node;
import io.weir.internal.policy.RedisAddress.Port;
import io.weir.internal.redis.RedisSettings;
import io.weir.internal.redis.RedisSettings.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which of the settings says where Redis is: {@code weir.redis.config}, {@code weir.redis.url},
 * {@code weir.redis.host}, {@code REDIS_URL}, {@code REDIS_HOST}, and at last {@code REDIS_PORT} as
 * Kubernetes sets it.
 *
 * <p>{@code REDIS_URL} belongs to everybody and is read as all write it; {@code weir.redis.url} is
 * ours and is strict.
 *
 * <p>A port belongs to the host it was written for: {@code REDIS_PORT} is not read beside {@code
 * weir.redis.host}. A password is taken from {@code weir.redis.password}, then from the URL, then
 * from {@code REDIS_PASSWORD}, so that a file may have the address and a secret the password.
 */
final class RedisText {

    private final Reader reader;

    private RedisText(Reader reader) {
        this.reader = reader;
    }

    /** Reads where Redis is; empty if nobody says so, or if it is wrong and reported. */
    static Optional<RedisSettings> read(Reader reader, Duration deadline) {
        return new RedisText(reader).read(deadline);
    }

    /** Where the application's own client says it; warns of settings of ours that say it, too. */
    static RedisSettings ofApplication(Reader reader, Duration deadline) {
        for (String name : List.of("weir.redis.config", "weir.redis.url", "weir.redis.host")) {
            reader.source()
                    .value(name)
                    .ifPresent(
                            given ->
                                    reader.problems()
                                            .add(
                                                    ProblemCode.REDISSON_BEAN_WINS,
                                                    given.where(),
                                                    "this beside a bean with @WeirRedis"));
        }
        return RedisSettings.ofApplication(deadline);
    }

    private Optional<RedisSettings> read(Duration deadline) {
        Optional<Given<String>> file = value("weir.redis.config");
        Optional<Given<String>> url = value("weir.redis.url");
        Optional<Given<String>> host = value("weir.redis.host");
        Optional<Given<String>> port = value("weir.redis.port");
        if (file.isPresent()) {
            boolean alone =
                    alone(
                            file.get(),
                            List.of(
                                    url,
                                    host,
                                    port,
                                    value("weir.redis.username"),
                                    value("weir.redis.password")));
            return alone && RedissonFile.check(text(file.get()))
                    ? Optional.of(fromFile(file.get(), deadline))
                    : Optional.empty();
        }
        Optional<Given<String>> ofAll =
                url.isEmpty() && host.isEmpty() ? value("REDIS_URL") : Optional.empty();
        Optional<Given<String>> first = url.or(() -> ofAll);
        if (first.isPresent() && !alone(first.get(), List.of(host, port))) {
            return Optional.empty();
        }
        Optional<RedisAddress> address;
        if (ofAll.isPresent()) {
            address = EnvironmentUrl.read(text(ofAll.get()), password());
        } else if (url.isPresent()) {
            address = RedisAddress.url(text(url.get()));
        } else if (host.isPresent()) {
            address = hostAndPort(host.get(), port);
        } else {
            address = fromEnvironment(port.or(() -> value("REDIS_PORT")));
        }
        return address.flatMap(a -> withCredentials(a, deadline));
    }

    private boolean alone(Given<String> first, List<Optional<Given<String>>> others) {
        for (Optional<Given<String>> other : others) {
            if (other.isPresent()) {
                text(other.get())
                        .refuse(
                                ProblemCode.REDIS_ADDRESS,
                                "this beside " + first.where(),
                                "one of the two: both say how Redis is reached",
                                Optional.empty());
            }
        }
        return others.stream().allMatch(Optional::isEmpty);
    }

    private static RedisSettings fromFile(Given<String> file, Duration deadline) {
        return new RedisSettings(
                Topology.FILE,
                List.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.of(file.value()),
                deadline);
    }

    private Optional<RedisAddress> fromEnvironment(Optional<Given<String>> port) {
        Optional<Given<String>> host = value("REDIS_HOST");
        if (host.isPresent()) {
            return hostAndPort(host.get(), port);
        }
        if (port.isPresent()) {
            Optional<Port> read = RedisAddress.port(text(port.get()));
            if (read.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> linked = read.get().host();
            if (linked.isPresent()) {
                Node node = new Node(linked.get(), read.get().number());
                reader.problems()
                        .add(
                                ProblemCode.REDIS_SERVICE_LINK,
                                port.get().where(),
                                Problems.quote("tcp://" + node));
                return Optional.of(RedisAddress.of(node));
            }
        }
        for (String name :
                List.of(
                        "weir.redis.port",
                        "weir.redis.username",
                        "weir.redis.password",
                        "REDIS_PORT",
                        "REDIS_PASSWORD")) {
            value(name)
                    .ifPresent(
                            given ->
                                    reader.problems()
                                            .add(
                                                    ProblemCode.REDIS_WITHOUT_HOST,
                                                    given.where(),
                                                    "no host"));
        }
        return Optional.empty();
    }

    private Optional<RedisAddress> hostAndPort(
            Given<String> hostText, Optional<Given<String>> portText) {
        Optional<String> host = RedisAddress.host(text(hostText));
        Optional<Integer> port =
                portText.isEmpty()
                        ? Optional.of(RedisAddress.PORT)
                        : RedisAddress.port(text(portText.get())).map(Port::number);
        return host.isEmpty() || port.isEmpty()
                ? Optional.empty()
                : Optional.of(RedisAddress.of(new Node(host.get(), port.get())));
    }

    private Optional<RedisSettings> withCredentials(RedisAddress address, Duration deadline) {
        Optional<Given<String>> username = value("weir.redis.username");
        Optional<String> password =
                value("weir.redis.password")
                        .map(Given::value)
                        .or(address::password)
                        .or(this::password);
        if (username.isPresent() && password.isEmpty()) {
            return text(username.get())
                    .refuse(
                            ProblemCode.REDIS_ADDRESS,
                            "a user without a password",
                            "weir.redis.password or REDIS_PASSWORD beside it",
                            Optional.empty());
        }
        return Optional.of(
                new RedisSettings(
                        address.topology(),
                        address.addresses(),
                        address.master(),
                        address.database(),
                        username.map(Given::value).or(address::username),
                        password,
                        Optional.empty(),
                        deadline));
    }

    /** A password that stands by itself. */
    private Optional<String> password() {
        return value("weir.redis.password").or(() -> value("REDIS_PASSWORD")).map(Given::value);
    }

    private Optional<Given<String>> value(String name) {
        return reader.source().value(name);
    }

    private Text text(Given<String> given) {
        return new Text(given.value(), given.where(), reader.problems());
    }
}
