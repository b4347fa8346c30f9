package io.weir.internal.policy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code REDIS_URL} as the libraries of other languages write it, turned into what {@link
 * RedisAddress} reads: other names of a scheme or none, a database or a password as a parameter, a
 * user without a password. What has no meaning here is left out and said; TLS never is.
 *
 * <p>Messages name parameters and no values: any part may be a password.
 */
final class EnvironmentUrl {

    /** {@code redis}, {@code sentinel} or {@code cluster}, by the names that are in use. */
    private static final Map<String, String> PLAIN =
            Map.of(
                    "redis", "redis",
                    "valkey", "redis",
                    "tcp", "redis",
                    "redis+tcp", "redis",
                    "redis-sentinel", "redis-sentinel",
                    "redis+sentinel", "redis-sentinel",
                    "redis-cluster", "redis-cluster",
                    "redis+cluster", "redis-cluster");

    private static final Map<String, String> ENCRYPTED =
            Map.of(
                    "rediss", "rediss",
                    "valkeys", "rediss",
                    "tls", "rediss",
                    "ssl", "rediss",
                    "redis+tls", "rediss",
                    "redis+ssl", "rediss",
                    "rediss-sentinel", "rediss-sentinel",
                    "rediss+sentinel", "rediss-sentinel",
                    "rediss-cluster", "rediss-cluster",
                    "rediss+cluster", "rediss-cluster");

    private static final Pattern SCHEME = Pattern.compile("(?i)([a-z][a-z0-9+._-]*)://(.*)");

    private static final Pattern PARTS =
            Pattern.compile("([^/?#]*)([^?#]*)(?:\\?([^#]*))?(?:#(.*))?", Pattern.DOTALL);

    private static final List<String> DATABASE = List.of("db", "database", "defaultdatabase");
    private static final List<String> MASTER =
            List.of("sentinelmasterid", "sentinelmaster", "mastername", "master", "servicename");
    private static final List<String> TLS = List.of("ssl", "tls", "usessl", "usetls");
    private static final List<String> YES = List.of("true", "1", "yes", "on");

    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Text text;
    private final Optional<String> elsewhere;

    private EnvironmentUrl(Text text, Optional<String> elsewhere) {
        this.text = text;
        this.elsewhere = elsewhere;
    }

    /**
     * Reads it; empty where it is wrong, or another's, and that is reported.
     *
     * @param elsewhere a password that stands outside, for a user who has none in the URL
     */
    static Optional<RedisAddress> read(Text text, Optional<String> elsewhere) {
        return new EnvironmentUrl(text, elsewhere).read();
    }

    private Optional<RedisAddress> read() {
        String url = text.value().replaceAll("^([\"'])(.*)\\1$", "$2").strip();
        String[] several = url.split(",\\s*(?=[A-Za-z+-]+://)", 2);
        if (several.length > 1) {
            notes.add("all hosts but the first are left out");
        }
        Matcher scheme = SCHEME.matcher(several[0]);
        boolean named = scheme.matches();
        String name = named ? scheme.group(1).toLowerCase(Locale.ROOT) : "redis";
        String kind = PLAIN.getOrDefault(name, ENCRYPTED.get(name));
        if (kind == null) {
            return isOurs(name)
                    ? RedisAddress.url(text)
                    : text.refuse(
                            ProblemCode.REDIS_URL_OF_OTHERS,
                            Problems.quote(name + "://..."),
                            ProblemCode.REDIS_URL_OF_OTHERS.expected(),
                            Optional.empty());
        }
        return address(kind, named ? scheme.group(2) : several[0].replaceFirst("^//", ""));
    }

    /** A slip of the pen, or a way to Redis that nobody here knows: that is an error. */
    private static boolean isOurs(String scheme) {
        boolean socket = scheme.contains("socket") || scheme.contains("unix");
        return !socket
                && (scheme.startsWith("redi")
                        || scheme.startsWith("valkey")
                        || DidYouMean.nearest(scheme, List.of("redis", "rediss", "valkey"))
                                .isPresent());
    }

    private Optional<RedisAddress> address(String kind, String rest) {
        int at = rest.lastIndexOf('@');
        Matcher parts = PARTS.matcher(rest.substring(at + 1));
        if (!parts.matches()) {
            throw new IllegalStateException("every text has these parts");
        }
        read(Optional.ofNullable(parts.group(3)).orElse("").split("&"));
        List<String> hosts = hosts(parts.group(1));
        boolean encrypted = kind.startsWith("rediss");
        for (String tls : taken(TLS)) {
            boolean wanted = YES.contains(tls.toLowerCase(Locale.ROOT));
            if (encrypted && !wanted) {
                notes.add("the parameter that switches TLS off is left out");
            }
            encrypted |= wanted;
        }
        String topology = kind.replaceFirst("rediss?", "");
        Optional<String> master = taken(MASTER).stream().findFirst();
        if (YES.contains(take("cluster").orElse("").toLowerCase(Locale.ROOT))) {
            topology = "-cluster";
        } else if (master.isPresent()) {
            topology = "-sentinel";
        }
        List<String> path = Stream.of(parts.group(2).split("/")).filter(s -> !s.isBlank()).toList();
        Optional<String> fragment = Optional.ofNullable(parts.group(4)).filter(s -> !s.isBlank());
        String tail = "";
        if (topology.equals("-sentinel")) {
            master =
                    master.or(() -> fragment)
                            .or(() -> path.stream().filter(s -> !db(s)).findFirst());
            if (master.isEmpty()) {
                notes.add("no name of a master: mymaster is asked for");
            }
            tail = "#" + escaped(master.orElse("mymaster"));
        } else if (fragment.isPresent()) {
            notes.add("what follows the # is left out");
        }
        String database = database(path, topology);
        if (topology.isEmpty() && hosts.size() > 1) {
            notes.add("all hosts but the first are left out");
            hosts = hosts.subList(0, 1);
        }
        String base = (encrypted ? "rediss" : "redis") + topology + "://";
        String credentials = credentials(at < 0 ? "" : rest.substring(0, at));
        parameters.keySet().forEach(name -> notes.add(parameter(name, base)));
        Optional<RedisAddress> address =
                RedisAddress.url(
                        new Text(
                                base
                                        + credentials
                                        + String.join(",", hosts)
                                        + "/"
                                        + database
                                        + tail,
                                text.where(),
                                text.problems()));
        if (!notes.isEmpty() && address.isPresent()) {
            text.problems()
                    .add(
                            ProblemCode.REDIS_URL_PARTS,
                            text.where(),
                            String.join("; ", notes.stream().distinct().toList()));
        }
        return address;
    }

    /** As {@code h:6380,password=p,ssl=True} has them, parameters stand between the hosts. */
    private List<String> hosts(String list) {
        List<String> hosts = new ArrayList<>();
        for (String item : list.split(",")) {
            if (item.indexOf('=') > 0) {
                read(item.strip());
            } else {
                hosts.add(item.strip());
            }
        }
        String first = hosts.isEmpty() ? "" : hosts.get(0);
        if (hosts.size() < 2 && (first.isEmpty() || first.startsWith(":"))) {
            notes.add("no host: localhost is asked");
            return List.of("localhost" + first);
        }
        return hosts;
    }

    private void read(String... pairs) {
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (!pair.isBlank()) {
                notes.add("what follows the ? is left out");
            }
        }
    }

    private String database(List<String> path, String topology) {
        List<String> inPath = path.stream().filter(EnvironmentUrl::db).toList();
        List<String> asParameter = taken(DATABASE).stream().filter(EnvironmentUrl::db).toList();
        String database =
                Stream.concat(asParameter.stream(), inPath.stream()).findFirst().orElse("0");
        boolean all =
                Stream.concat(asParameter.stream(), inPath.stream()).allMatch(database::equals);
        if (!all || (path.size() > inPath.size() && !topology.equals("-sentinel"))) {
            notes.add("what follows the / is left out");
        }
        if (topology.equals("-cluster") && !database.matches("0+")) {
            notes.add("the database is left out: a cluster has only 0");
            return "0";
        }
        return database;
    }

    private static boolean db(String text) {
        return text.matches("\\d{1,9}");
    }

    private String credentials(String given) {
        int colon = given.indexOf(':');
        Optional<String> user = take("username").or(() -> take("user"));
        Optional<String> password = take("password").or(() -> take("pass"));
        String name = user.orElse(colon < 0 ? given : given.substring(0, colon));
        String secret = password.orElse(colon < 0 ? "" : given.substring(colon + 1));
        if (secret.isEmpty()) {
            if (!name.isEmpty() && elsewhere.isPresent()) {
                return escaped(name) + ":" + elsewhere.get().replace("%", "%25") + "@";
            }
            if (!name.isEmpty() && !name.equals("default")) {
                notes.add("the user is left out: no password");
            }
            return "";
        }
        return escaped(name) + ":" + escaped(secret) + "@";
    }

    /** With escapes of UTF-8 as it is; otherwise a percent sign is one. */
    private static String escaped(String part) {
        String escapes = "(?:[^%]|%[0-9A-Fa-f]{2})*";
        boolean readable =
                part.matches("(?s)" + escapes)
                        && !URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8)
                                .contains("\uFFFD");
        return (readable ? part : part.replace("%", "%25")).replace("#", "%23");
    }

    private static String parameter(String name, String base) {
        String shown =
                name.matches("[A-Za-z][A-Za-z_-]{0,30}") ? "the parameter " + name : "a parameter";
        if (!name.toLowerCase(Locale.ROOT).matches("(ssl|tls).*")) {
            return shown + " is left out";
        }
        return shown
                + " is left out"
                + (base.startsWith("rediss")
                        ? ": TLS is used, and the certificate of Redis is verified"
                        : ": no TLS is used, which rediss:// would ask for");
    }

    private List<String> taken(List<String> names) {
        return List.copyOf(parameters.keySet()).stream()
                .filter(n -> names.contains(plain(n)))
                .flatMap(n -> Stream.ofNullable(parameters.remove(n)))
                .toList();
    }

    private Optional<String> take(String name) {
        return taken(List.of(name)).stream().findFirst();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
    }
}
