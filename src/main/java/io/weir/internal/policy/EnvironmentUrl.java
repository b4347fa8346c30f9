package io.weir.internal.policy;

import io.weir.internal.policy.RedisUrl.Parts;
import io.weir.internal.redis.RedisSettings;
import java.time.Duration;
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
 * {@code REDIS_URL} as the libraries of other languages write it, turned into what {@link RedisUrl}
 * reads: other names of a scheme or none, a database or a password as a parameter, a user without a
 * password. What has no meaning here is left out and said; TLS never is.
 *
 * <p>Messages name parameters and no values: any part may be a password.
 */
final class EnvironmentUrl {

    /** What {@link RedisUrl} calls these; another {@code +} is as good as a {@code -}. */
    private static final Map<String, String> ALIASES =
            Map.of(
                    "valkey", "redis",
                    "tcp", "redis",
                    "redis+tcp", "redis",
                    "valkeys", "rediss",
                    "tls", "rediss",
                    "ssl", "rediss",
                    "redis+tls", "rediss",
                    "redis+ssl", "rediss");

    private static final Pattern SCHEME = Pattern.compile("(?i)([a-z][a-z0-9+._-]*)://(.*)");

    private static final String CLUSTER = "-cluster";
    private static final String SENTINEL = "-sentinel";

    private static final List<String> DATABASE = List.of("db", "database", "defaultdatabase");
    private static final List<String> MASTER =
            List.of("sentinelmasterid", "sentinelmaster", "mastername", "master", "servicename");
    private static final List<String> TLS = List.of("ssl", "tls", "usessl", "usetls");
    private static final List<String> YES = List.of("true", "1", "yes", "on");

    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Text text;
    private final Optional<String> elsewhere;
    private final Duration deadline;

    private EnvironmentUrl(Text text, Optional<String> elsewhere, Duration deadline) {
        this.text = text;
        this.elsewhere = elsewhere;
        this.deadline = deadline;
    }

    /**
     * Reads it; empty where it is wrong, or another's, and that is reported.
     *
     * @param elsewhere a password that stands outside, for a user who has none in the URL
     */
    static Optional<RedisSettings> read(Text text, Optional<String> elsewhere, Duration deadline) {
        return new EnvironmentUrl(text, elsewhere, deadline).read();
    }

    private Optional<RedisSettings> read() {
        String url = text.value().replaceAll("^([\"'])(.*)\\1$", "$2").strip();
        String[] several = url.split(",\\s*(?=[A-Za-z+-]+://)", 2);
        if (several.length > 1) {
            notes.add("all hosts but the first are left out");
        }
        Matcher scheme = SCHEME.matcher(several[0]);
        boolean named = scheme.matches();
        String name = named ? scheme.group(1).toLowerCase(Locale.ROOT) : "redis";
        String kind = ALIASES.getOrDefault(name, name.replace('+', '-'));
        if (RedisUrl.SCHEMES.containsKey(kind)) {
            return address(kind, named ? scheme.group(2) : several[0].replaceFirst("^//", ""));
        }
        return isOurs(name)
                ? RedisUrl.read(text, deadline)
                : text.refuse(ProblemCode.REDIS_URL_OF_OTHERS, Problems.quote(name + "://..."));
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

    private Optional<RedisSettings> address(String kind, String rest) {
        Parts parts = Parts.of(rest);
        read(parts.query().orElse("").split("&"));
        List<String> hosts = hosts(parts.hosts());
        boolean encrypted = isEncrypted(kind.startsWith("rediss"));
        List<String> path = Stream.of(parts.path().split("/")).filter(s -> !s.isBlank()).toList();
        Optional<String> fragment = parts.fragment().filter(s -> !s.isBlank());
        Optional<String> master = taken(MASTER).stream().findFirst();
        String topology = kind.replaceFirst("rediss?", "");
        if (YES.contains(take("cluster").orElse("").toLowerCase(Locale.ROOT))) {
            topology = CLUSTER;
        } else if (master.isPresent()) {
            topology = SENTINEL;
        }
        String tail = "";
        if (topology.equals(SENTINEL)) {
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
        String credentials = credentials(parts.user().orElse(""));
        parameters.keySet().forEach(name -> notes.add(parameter(name, encrypted)));
        String base = (encrypted ? "rediss" : "redis") + topology + "://" + credentials;
        String strict = base + String.join(",", hosts) + "/" + database + tail;
        Optional<RedisSettings> address = RedisUrl.read(text.with(strict), deadline);
        if (!notes.isEmpty() && address.isPresent()) {
            String given = String.join("; ", notes.stream().distinct().toList());
            text.problems().add(ProblemCode.REDIS_URL_PARTS, text.where(), given);
        }
        return address;
    }

    private boolean isEncrypted(boolean byScheme) {
        boolean encrypted = byScheme;
        for (String tls : taken(TLS)) {
            boolean wanted = YES.contains(tls.toLowerCase(Locale.ROOT));
            if (encrypted && !wanted) {
                notes.add("the parameter that switches TLS off is left out");
            }
            encrypted |= wanted;
        }
        return encrypted;
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
        List<String> all =
                Stream.concat(taken(DATABASE).stream().filter(EnvironmentUrl::db), inPath.stream())
                        .toList();
        String database = all.isEmpty() ? "0" : all.get(0);
        boolean isName = path.size() > inPath.size() && !topology.equals(SENTINEL);
        if (isName || !all.stream().allMatch(database::equals)) {
            notes.add("what follows the / is left out");
        }
        if (topology.equals(CLUSTER) && !database.matches("0+")) {
            notes.add("the database is left out: a cluster has only 0");
            return "0";
        }
        return database;
    }

    private static boolean db(String text) {
        return text.matches("\\d{1,9}");
    }

    private String credentials(String given) {
        String[] parts = given.split(":", 2);
        String name = take("username").or(() -> take("user")).orElse(parts[0]);
        String secret =
                take("password").or(() -> take("pass")).orElse(parts.length == 1 ? "" : parts[1]);
        if (!secret.isEmpty()) {
            return escaped(name) + ":" + escaped(secret) + "@";
        }
        if (!name.isEmpty() && elsewhere.isPresent()) {
            return escaped(name) + ":" + elsewhere.get().replace("%", "%25") + "@";
        }
        if (!name.isEmpty() && !name.equals("default")) {
            notes.add("the user is left out: no password");
        }
        return "";
    }

    /** With escapes of UTF-8 as it is; otherwise a percent sign is one. */
    private static String escaped(String part) {
        boolean readable = RedisUrl.decode(part).isPresent();
        return (readable ? part : part.replace("%", "%25")).replace("#", "%23");
    }

    private static String parameter(String name, boolean encrypted) {
        boolean plain = name.matches("[A-Za-z][A-Za-z_-]{0,30}");
        String said = (plain ? "the parameter " + name : "a parameter") + " is left out";
        if (!name.toLowerCase(Locale.ROOT).matches("(ssl|tls).*")) {
            return said;
        }
        return said
                + (encrypted
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
