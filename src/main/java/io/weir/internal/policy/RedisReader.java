package io.weir.internal.policy;

import io.weir.internal.policy.RedisUrl.Node;
import io.weir.internal.redis.RedisSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
final class RedisReader {

    private final Reader reader;
    private final Optional<Text> url;
    private final Optional<Text> host;
    private final Optional<Text> port;
    private final Optional<Text> username;
    private final Optional<Text> password;
    private final Optional<Text> file;
    private final Duration deadline;

    private RedisReader(Reader reader) {
        this.reader = reader;
        url = reader.text("weir.redis.url");
        host = reader.text("weir.redis.host");
        port = reader.text("weir.redis.port");
        username = reader.text("weir.redis.username");
        password = reader.text("weir.redis.password");
        file = reader.text("weir.redis.config");
        deadline =
                reader.value("weir.redis.deadline", RedisReader::deadline)
                        .orElse(Duration.ofMillis(50));
    }

    /**
     * Reads where Redis is.
     *
     * @param ownClient whether the application's own client says it
     * @return empty if nobody says so, or if it is wrong and reported
     */
    static Optional<RedisSettings> read(Reader reader, boolean ownClient) {
        RedisReader redis = new RedisReader(reader);
        return ownClient ? Optional.of(redis.ofApplication()) : redis.read();
    }

    private static Optional<Duration> deadline(Text text) {
        return DurationText.parse(text.value())
                .filter(d -> d.compareTo(Duration.ofMillis(1)) >= 0)
                .filter(d -> d.compareTo(Duration.ofSeconds(10)) <= 0)
                .or(() -> text.refuse("a duration from 1ms to 10s, such as 50ms"));
    }

    /** Warns of settings of ours that say it, too. */
    private RedisSettings ofApplication() {
        report(
                ProblemCode.REDISSON_BEAN_WINS,
                "this beside a bean with @WeirRedis",
                Stream.of(file, url, host));
        return RedisSettings.ofApplication(deadline);
    }

    private Optional<RedisSettings> read() {
        if (file.isPresent()) {
            return isAlone(file.get(), List.of(url, host, port, username, password))
                            && RedissonFile.check(file.get())
                    ? Optional.of(RedisSettings.ofFile(file.get().value(), deadline))
                    : Optional.empty();
        }
        Optional<Text> ofAll =
                url.isEmpty() && host.isEmpty() ? reader.text("REDIS_URL") : Optional.empty();
        Optional<Text> first = url.or(() -> ofAll);
        if (first.isPresent() && !isAlone(first.get(), List.of(host, port))) {
            return Optional.empty();
        }
        return address(ofAll).flatMap(this::withCredentials);
    }

    private Optional<RedisSettings> address(Optional<Text> ofAll) {
        if (ofAll.isPresent()) {
            return EnvironmentUrl.read(ofAll.get(), ownPassword().map(Text::value), deadline);
        }
        if (url.isPresent()) {
            return RedisUrl.read(url.get(), deadline);
        }
        return host.isPresent()
                ? ofHost(host.get(), port)
                : ofEnvironment(port.or(() -> reader.text("REDIS_PORT")));
    }

    private static boolean isAlone(Text first, List<Optional<Text>> others) {
        others.stream()
                .flatMap(Optional::stream)
                .forEach(
                        other ->
                                other.refuse(
                                        ProblemCode.REDIS_ADDRESS,
                                        "this beside " + first.where(),
                                        "one of the two: both say how Redis is reached"));
        return others.stream().allMatch(Optional::isEmpty);
    }

    private Optional<RedisSettings> ofEnvironment(Optional<Text> port) {
        Optional<Text> host = reader.text("REDIS_HOST");
        if (host.isPresent()) {
            return ofHost(host.get(), port);
        }
        if (port.isPresent()) {
            Optional<Node> node = RedisUrl.port(port.get());
            if (node.isEmpty()) {
                return Optional.empty();
            }
            if (!node.get().host().isEmpty()) {
                String given = Problems.quote("tcp://" + node.get());
                report(ProblemCode.REDIS_SERVICE_LINK, given, Stream.of(port));
                return of(node.get(), port.get());
            }
        }
        report(
                ProblemCode.REDIS_WITHOUT_HOST,
                "no host",
                Stream.of(
                        this.port,
                        username,
                        password,
                        reader.text("REDIS_PORT"),
                        reader.text("REDIS_PASSWORD")));
        return Optional.empty();
    }

    private static void report(ProblemCode code, String given, Stream<Optional<Text>> settings) {
        settings.flatMap(Optional::stream).forEach(text -> text.refuse(code, given));
    }

    private Optional<RedisSettings> ofHost(Text hostText, Optional<Text> portText) {
        Optional<String> host = RedisUrl.host(hostText);
        Optional<Integer> port =
                portText.isEmpty()
                        ? Optional.of(RedisUrl.PORT)
                        : RedisUrl.port(portText.get()).map(Node::port);
        return host.isEmpty() || port.isEmpty()
                ? Optional.empty()
                : of(new Node(host.get(), port.get()), hostText);
    }

    private Optional<RedisSettings> of(Node node, Text text) {
        return RedisUrl.read(text.with("redis://" + node), deadline);
    }

    private Optional<RedisSettings> withCredentials(RedisSettings address) {
        Optional<String> secret =
                password.map(Text::value)
                        .or(address::password)
                        .or(() -> ownPassword().map(Text::value));
        if (username.isPresent() && secret.isEmpty()) {
            return username.get()
                    .refuse(
                            ProblemCode.REDIS_ADDRESS,
                            "a user without a password",
                            "weir.redis.password or REDIS_PASSWORD beside it");
        }
        return Optional.of(
                new RedisSettings(
                        address.topology(),
                        address.addresses(),
                        address.master(),
                        address.database(),
                        username.map(Text::value).or(address::username),
                        secret,
                        Optional.empty(),
                        deadline));
    }

    /** A password that stands by itself. */
    private Optional<Text> ownPassword() {
        return password.or(() -> reader.text("REDIS_PASSWORD"));
    }
}
