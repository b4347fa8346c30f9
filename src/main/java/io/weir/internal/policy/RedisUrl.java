package io.weir.internal.policy;

import io.weir.internal.redis.RedisSettings;
import io.weir.internal.redis.RedisSettings.Topology;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an address of Redis. The first thing that is wrong is reported.
 *
 * <p>What a message shows of a URL is put together from the parts that were understood, so that no
 * password gets into it, wherever in the URL somebody wrote it.
 */
final class RedisUrl {

    static final int PORT = 6379;

    private static final int SENTINEL_PORT = 26379;

    static final Map<String, Topology> SCHEMES =
            new TreeMap<>(
                    Map.of(
                            "redis", Topology.SINGLE,
                            "rediss", Topology.SINGLE,
                            "valkey", Topology.SINGLE,
                            "valkeys", Topology.SINGLE,
                            "redis-sentinel", Topology.SENTINEL,
                            "rediss-sentinel", Topology.SENTINEL,
                            "redis-cluster", Topology.CLUSTER,
                            "rediss-cluster", Topology.CLUSTER));

    private static final Pattern HOST =
            Pattern.compile(
                    "[A-Za-z0-9_][A-Za-z0-9._-]*"
                            + "|\\[[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*]");

    private static final Pattern SERVICE_LINK =
            Pattern.compile("tcp://(.+:\\d+)", Pattern.CASE_INSENSITIVE);

    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private static final Optional<String> ESCAPES =
            Optional.of(
                    "In a user or password write %40 for @, %3A for :, %2F for /, %23 for #, %3F for"
                            + " ?, %25 for %");

    private final Text text;
    private boolean wrong;

    private RedisUrl(Text text) {
        this.text = text;
    }

    /** What follows the scheme, as it stands there. */
    record Parts(
            Optional<String> user,
            String hosts,
            String path,
            Optional<String> query,
            Optional<String> fragment) {

        private static final Pattern AFTER_USER =
                Pattern.compile("([^/?#]*)([^?#]*)(?:\\?([^#]*))?(?:#(.*))?", Pattern.DOTALL);

        static Parts of(String text) {
            int at = text.lastIndexOf('@');
            Matcher parts = AFTER_USER.matcher(text.substring(at + 1));
            if (!parts.matches()) {
                throw new IllegalStateException("every text has these parts");
            }
            return new Parts(
                    at < 0 ? Optional.empty() : Optional.of(text.substring(0, at)),
                    parts.group(1),
                    parts.group(2),
                    Optional.ofNullable(parts.group(3)),
                    Optional.ofNullable(parts.group(4)));
        }
    }

    /** A server; an IPv6 address is in brackets. Without a host it is a port alone. */
    record Node(String host, int port) {

        /** {@code host}, {@code host:port}, {@code [address]} or {@code [address]:port}. */
        static Optional<Node> parse(String text, int defaultPort) {
            int colon = text.indexOf(':', text.indexOf(']') + 1);
            String host = colon < 0 ? text : text.substring(0, colon);
            Optional<Integer> port =
                    colon < 0 ? Optional.of(defaultPort) : number(text.substring(colon + 1));
            return port.filter(p -> HOST.matcher(host).matches()).map(p -> new Node(host, p));
        }

        private static Optional<Integer> number(String digits) {
            return digits.matches("\\d{1,5}") ? Reader.integer(digits, 1, 65535) : Optional.empty();
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** Reads a host name or an address. */
    static Optional<String> host(Text text) {
        String host = text.value();
        String bracketed = host.startsWith("[") || host.indexOf(':') < 0 ? host : "[" + host + "]";
        if (HOST.matcher(bracketed).matches()) {
            return Optional.of(bracketed);
        }
        Optional<String> hint = Optional.empty();
        if (host.contains("://")) {
            hint = Optional.of("A URL belongs into weir.redis.url or REDIS_URL");
        } else if (Node.parse(host, PORT).isPresent()) {
            hint = Optional.of("The port belongs into weir.redis.port or REDIS_PORT");
        }
        return text.refuse(
                ProblemCode.REDIS_ADDRESS,
                host.contains("@") ? "something with an @" : text.quoted(),
                "a host name or an address, such as redis or 10.0.0.1",
                hint);
    }

    /** Reads a port, also as Kubernetes sets it, which has a host: {@code tcp://10.0.0.1:6379}. */
    static Optional<Node> port(Text text) {
        Matcher link = SERVICE_LINK.matcher(text.value());
        Optional<Node> port =
                link.matches()
                        ? Node.parse(link.group(1), PORT)
                        : Node.number(text.value()).map(number -> new Node("", number));
        return port.or(
                () ->
                        text.refuse(
                                ProblemCode.REDIS_ADDRESS,
                                text.quoted(),
                                "a port from 1 to 65535, or tcp://ADDRESS:PORT as Kubernetes sets"
                                        + " it"));
    }

    /** Reads a URL. */
    static Optional<RedisSettings> read(Text text, Duration deadline) {
        return new RedisUrl(text).read(deadline);
    }

    private Optional<RedisSettings> read(Duration deadline) {
        String url = text.value();
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        Topology topology = SCHEMES.get(scheme);
        if (topology == null) {
            return text.refuse(
                    ProblemCode.REDIS_ADDRESS,
                    colon < 0 ? "something without a scheme" : Problems.quote(scheme + "://..."),
                    DidYouMean.nearest(scheme, SCHEMES.keySet())
                            .map(near -> DidYouMean.asking(near + "://")));
        }
        Parts parts = Parts.of(url.substring(colon + 3));
        String start = scheme + "://" + (parts.user.isEmpty() ? "" : "***@");
        List<Node> nodes = nodes(parts.hosts, topology, start);
        String shown = start + String.join(",", nodes.stream().map(Node::toString).toList());
        if (parts.query.isPresent()) {
            refuse(shown + "?...", "a URL without parameters", Optional.empty());
        }
        String user = parts.user.orElse(":");
        int split = user.indexOf(':');
        if (parts.user.isPresent() && (split < 0 || split == user.length() - 1)) {
            refuse(shown, "USER:PASSWORD@ or :PASSWORD@ before the host", ESCAPES);
        }
        String transport =
                scheme.startsWith("rediss") || scheme.equals("valkeys") ? "rediss" : "redis";
        RedisSettings settings =
                new RedisSettings(
                        topology,
                        nodes.stream().map(node -> transport + "://" + node).toList(),
                        master(parts.fragment, topology, shown),
                        database(parts.path, topology, shown),
                        decoded(user.substring(0, Math.max(split, 0)), shown),
                        decoded(user.substring(split + 1), shown),
                        Optional.empty(),
                        deadline);
        return wrong ? Optional.empty() : Optional.of(settings);
    }

    private void refuse(String shown, String expected, Optional<String> hint) {
        if (!wrong) {
            text.refuse(ProblemCode.REDIS_ADDRESS, Problems.quote(shown), expected, hint);
        }
        wrong = true;
    }

    private List<Node> nodes(String hosts, Topology topology, String shown) {
        int defaultPort = topology == Topology.SENTINEL ? SENTINEL_PORT : PORT;
        List<Node> nodes = new ArrayList<>();
        for (String item : hosts.split(",", -1)) {
            Optional<Node> node = Node.parse(item.strip(), defaultPort);
            node.ifPresent(nodes::add);
            if (node.isEmpty()) {
                refuse(
                        shown + "***",
                        "HOST or HOST:PORT (1 to 65535) after " + Problems.quote(shown),
                        ESCAPES);
            }
        }
        if (topology == Topology.SINGLE && nodes.size() > 1 && !wrong) {
            wrong = true;
            text.refuse(
                    ProblemCode.REDIS_ADDRESS,
                    nodes.size() + " hosts",
                    "one host, or redis-sentinel:// or redis-cluster:// for several");
        }
        return nodes;
    }

    private int database(String path, Topology topology, String shown) {
        if (path.isEmpty() || path.equals("/")) {
            return 0;
        }
        if (!path.matches("/\\d{1,9}")) {
            refuse(shown + "/***", "the number of a database after the /", ESCAPES);
            return 0;
        }
        int database = Integer.parseInt(path.substring(1));
        if (topology == Topology.CLUSTER && database != 0) {
            refuse(shown + path, "no database: a cluster has only 0", Optional.empty());
        }
        return database;
    }

    private Optional<String> master(Optional<String> fragment, Topology topology, String shown) {
        Optional<String> master = fragment.flatMap(name -> decoded(name, shown));
        if (topology == Topology.SENTINEL && master.isEmpty()) {
            String expected = "the master's name at the end, such as #mymaster";
            refuse(shown, expected, Optional.empty());
        } else if (topology != Topology.SENTINEL && master.isPresent()) {
            String expected = "no #MASTER: only redis-sentinel:// has one";
            refuse(shown + "#***", expected, Optional.empty());
        }
        return master;
    }

    private Optional<String> decoded(String part, String shown) {
        Optional<String> decoded = decode(part);
        if (decoded.isEmpty()) {
            refuse(shown, "%XX only as an escape of UTF-8 in user, password and master", ESCAPES);
        }
        return decoded.filter(d -> !d.isEmpty());
    }

    /** Percent-decodes UTF-8; a {@code +} is a plus. Empty where something is no escape of it. */
    static Optional<String> decode(String part) {
        return NO_ESCAPE.matcher(part).find()
                ? Optional.empty()
                : Optional.of(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                        .filter(decoded -> !decoded.contains("\uFFFD"));
    }
}
