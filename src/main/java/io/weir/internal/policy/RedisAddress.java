package io.weir.internal.policy;

import io.weir.internal.redis.RedisSettings.Topology;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an address of Redis says.
 *
 * <p>What a message shows of a URL is put together from the parts that were understood, so that no
 * password gets into it, wherever in the URL somebody wrote it.
 */
record RedisAddress(
        Topology topology,
        List<String> addresses,
        Optional<String> master,
        int database,
        Optional<String> username,
        Optional<String> password) {

    static final int PORT = 6379;

    private static final int SENTINEL_PORT = 26379;

    private static final Map<String, Topology> SCHEMES =
            Map.of(
                    "redis", Topology.SINGLE,
                    "rediss", Topology.SINGLE,
                    "valkey", Topology.SINGLE,
                    "valkeys", Topology.SINGLE,
                    "redis-sentinel", Topology.SENTINEL,
                    "rediss-sentinel", Topology.SENTINEL,
                    "redis-cluster", Topology.CLUSTER,
                    "rediss-cluster", Topology.CLUSTER);

    private static final Pattern HOST =
            Pattern.compile(
                    "[A-Za-z0-9_][A-Za-z0-9._-]*"
                            + "|\\[[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*]");

    private static final Pattern SERVICE_LINK =
            Pattern.compile("tcp://(.+:\\d+)", Pattern.CASE_INSENSITIVE);

    private static final String ESCAPES =
            "In a user or password write %40 for @, %3A for :, %2F for /, %23 for #, %3F for ?,"
                    + " %25 for %";

    /** Hides the credentials. */
    @Override
    public String toString() {
        return topology + " " + addresses;
    }

    /** A server; an IPv6 address is in brackets. */
    record Node(String host, int port) {

        /** {@code host}, {@code host:port}, {@code [address]} or {@code [address]:port}. */
        static Optional<Node> parse(String text, int defaultPort) {
            int colon = text.indexOf(':', text.indexOf(']') + 1);
            String host = colon < 0 ? text : text.substring(0, colon);
            Optional<Integer> port =
                    colon < 0 ? Optional.of(defaultPort) : number(text.substring(colon + 1));
            return HOST.matcher(host).matches()
                    ? port.map(p -> new Node(host, p))
                    : Optional.empty();
        }

        private static Optional<Integer> number(String digits) {
            return Optional.of(digits)
                    .filter(d -> d.matches("\\d{1,5}"))
                    .map(Integer::valueOf)
                    .filter(n -> n >= 1 && n <= 65535);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** A port, and a host where Kubernetes set it: {@code tcp://10.0.0.1:6379}. */
    record Port(Optional<String> host, int number) {}

    static RedisAddress of(Node node) {
        return new RedisAddress(
                Topology.SINGLE,
                List.of("redis://" + node),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());
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
                host.contains("@") ? "something with an @" : Problems.quote(host),
                "a host name or an address, such as redis or 10.0.0.1",
                hint);
    }

    /** Reads a port, also as Kubernetes sets it. */
    static Optional<Port> port(Text text) {
        Matcher link = SERVICE_LINK.matcher(text.value());
        Optional<Port> port =
                link.matches()
                        ? Node.parse(link.group(1), PORT)
                                .map(n -> new Port(Optional.of(n.host()), n.port()))
                        : Node.number(text.value()).map(n -> new Port(Optional.empty(), n));
        return port.isPresent()
                ? port
                : text.refuse(
                        ProblemCode.REDIS_ADDRESS,
                        Problems.quote(text.value()),
                        "a port from 1 to 65535, or tcp://ADDRESS:PORT as Kubernetes sets it",
                        Optional.empty());
    }

    /** Reads a URL. */
    static Optional<RedisAddress> url(Text text) {
        try {
            return Optional.of(parse(text.value()));
        } catch (BadUrl bad) {
            return text.refuse(ProblemCode.REDIS_ADDRESS, bad.given, bad.expected, bad.hint);
        }
    }

    private static RedisAddress parse(String url) throws BadUrl {
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        Topology topology = SCHEMES.get(scheme);
        if (topology == null) {
            throw new BadUrl(
                    colon < 0 ? "something without a scheme" : Problems.quote(scheme + "://..."),
                    ProblemCode.REDIS_ADDRESS.expected(),
                    DidYouMean.nearest(scheme, SCHEMES.keySet().stream().sorted().toList())
                            .map(s -> DidYouMean.asking(s + "://")));
        }
        String rest = url.substring(colon + 3);
        int at = rest.lastIndexOf('@');
        String shown = scheme + "://" + (at < 0 ? "" : "***@");
        Matcher parts =
                Pattern.compile("([^/?#]*)(/[^?#]*)?(\\?[^#]*)?(#.*)?", Pattern.DOTALL)
                        .matcher(rest.substring(at + 1));
        if (!parts.matches()) {
            throw new IllegalStateException("every text has these parts");
        }
        List<Node> nodes = nodes(parts.group(1), topology, shown);
        shown += String.join(",", nodes.stream().map(Node::toString).toList());
        if (parts.group(3) != null) {
            throw new BadUrl(
                    Problems.quote(shown + "?..."), "a URL without parameters", Optional.empty());
        }
        String user = at < 0 ? "" : rest.substring(0, at);
        int split = user.indexOf(':');
        if (at >= 0 && (split < 0 || split == user.length() - 1)) {
            throw new BadUrl(
                    Problems.quote(shown),
                    "USER:PASSWORD@ or :PASSWORD@ before the host",
                    Optional.of(ESCAPES));
        }
        String transport =
                scheme.startsWith("rediss") || scheme.equals("valkeys") ? "rediss" : "redis";
        return new RedisAddress(
                topology,
                nodes.stream().map(node -> transport + "://" + node).toList(),
                master(parts.group(4), topology, shown),
                database(parts.group(2), topology, shown),
                decoded(at < 0 ? "" : user.substring(0, split), shown),
                decoded(at < 0 ? "" : user.substring(split + 1), shown));
    }

    private static List<Node> nodes(String text, Topology topology, String shown) throws BadUrl {
        List<Node> nodes = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            nodes.add(
                    Node.parse(item.strip(), topology == Topology.SENTINEL ? SENTINEL_PORT : PORT)
                            .orElseThrow(
                                    () ->
                                            new BadUrl(
                                                    Problems.quote(shown + "***"),
                                                    "HOST or HOST:PORT (1 to 65535) after "
                                                            + Problems.quote(shown),
                                                    Optional.of(ESCAPES))));
        }
        if (topology == Topology.SINGLE && nodes.size() > 1) {
            throw new BadUrl(
                    nodes.size() + " hosts",
                    "one host, or redis-sentinel:// or redis-cluster:// for several",
                    Optional.empty());
        }
        return nodes;
    }

    private static int database(@Nullable String path, Topology topology, String shown)
            throws BadUrl {
        if (path == null || path.equals("/")) {
            return 0;
        }
        if (!path.matches("/\\d{1,9}")) {
            throw new BadUrl(
                    Problems.quote(shown + "/***"),
                    "the number of a database after the /",
                    Optional.of(ESCAPES));
        }
        int database = Integer.parseInt(path.substring(1));
        if (topology == Topology.CLUSTER && database != 0) {
            throw new BadUrl(
                    Problems.quote(shown + path),
                    "no database: a cluster has only 0",
                    Optional.empty());
        }
        return database;
    }

    private static Optional<String> master(
            @Nullable String fragment, Topology topology, String shown) throws BadUrl {
        Optional<String> master =
                fragment == null ? Optional.empty() : decoded(fragment.substring(1), shown);
        if (master.isPresent() != (topology == Topology.SENTINEL)) {
            throw new BadUrl(
                    Problems.quote(shown + (master.isPresent() ? "#***" : "")),
                    master.isPresent()
                            ? "no #MASTER: only redis-sentinel:// has one"
                            : "the master's name at the end, such as #mymaster",
                    Optional.empty());
        }
        return master;
    }

    /** Percent-decodes UTF-8; a {@code +} is a plus. Empty text is empty. */
    private static Optional<String> decoded(String text, String shown) throws BadUrl {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c == '%') {
                if (!text.substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*")) {
                    throw badEscape(shown);
                }
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(c);
            }
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()))
                            .toString();
            return Optional.of(decoded).filter(d -> !d.isEmpty());
        } catch (CharacterCodingException e) {
            throw badEscape(shown);
        }
    }

    private static BadUrl badEscape(String shown) {
        return new BadUrl(
                Problems.quote(shown),
                "%XX only as an escape of UTF-8 in user, password and master",
                Optional.of(ESCAPES));
    }

    /** Why a URL cannot be read. */
    private static final class BadUrl extends Exception {

        private static final long serialVersionUID = 1L;

        private final String given;
        private final String expected;
        private final transient Optional<String> hint;

        BadUrl(String given, String expected, Optional<String> hint) {
            super(expected, null, false, false);
            this.given = given;
            this.expected = expected;
            this.hint = hint;
        }
    }
}
