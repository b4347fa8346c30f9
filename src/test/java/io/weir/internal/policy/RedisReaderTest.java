package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.internal.redis.RedisSettings;
import io.weir.internal.redis.RedisSettings.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisReaderTest {

    private static final String SECRET = "s3cr3t";

    private final Problems problems = new Problems();

    private RedisSettings good(String... namesAndValues) {
        RedisSettings redis = read(namesAndValues);
        assertThat(problems.report()).isEmpty();
        return redis;
    }

    private RedisSettings read(String... namesAndValues) {
        Settings settings = Settings.read(Fixture.environment(namesAndValues), problems);
        return settings.redis().orElseThrow(() -> new AssertionError(problems.report()));
    }

    private Problem bad(String... namesAndValues) {
        assertThat(Settings.read(Fixture.environment(namesAndValues), problems).redis()).isEmpty();
        assertThat(problems.report()).contains(" 1 error, 0 warnings");
        assertThat(problems.errors().get(0).code()).isEqualTo(ProblemCode.REDIS_ADDRESS);
        return problems.errors().get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://redis | redis://redis:6379 | 0 | |",
                "redis://redis:6380/3 | redis://redis:6380 | 3 | |",
                "REDIS://redis/ | redis://redis:6379 | 0 | |",
                "rediss://redis | rediss://redis:6379 | 0 | |",
                "valkey://10.0.0.1 | redis://10.0.0.1:6379 | 0 | |",
                "valkeys://v:1 | rediss://v:1 | 0 | |",
                "redis://[2001:db8::1] | redis://[2001:db8::1]:6379 | 0 | |",
                "redis://[::1]:6380/1 | redis://[::1]:6380 | 1 | |",
                "redis://:p@redis | redis://redis:6379 | 0 | | p",
                "redis://ada:p@redis | redis://redis:6379 | 0 | ada | p",
                "redis://a%40b:p%3A%2f+%C3%A4:x@redis | redis://redis:6379 | 0 | a@b | p:/+ä:x",
                "redis://:a@b/c@redis | redis://redis:6379 | 0 | | a@b/c",
                "redis_0.local://x | | | |",
                // as other libraries write it
                "redis | redis://redis:6379 | 0 | |",
                "redis:6380 | redis://redis:6380 | 0 | |",
                "//redis:6380 | redis://redis:6380 | 0 | |",
                "'\"redis://redis\"' | redis://redis:6379 | 0 | |",
                "redis://redis:6379/2/ | redis://redis:6379 | 2 | |",
                "redis://redis// | redis://redis:6379 | 0 | |",
                "redis://redis?db=2 | redis://redis:6379 | 2 | |",
                "redis://redis/?db=2 | redis://redis:6379 | 2 | |",
                "redis://redis/2?database=2 | redis://redis:6379 | 2 | |",
                "redis://default:p@redis | redis://redis:6379 | 0 | default | p",
                "redis://default@redis | redis://redis:6379 | 0 | |",
                "redis://default:@redis | redis://redis:6379 | 0 | |",
                "redis://:@redis/1 | redis://redis:6379 | 1 | |",
                "redis://redis?password=p%40&username=ada | redis://redis:6379 | 0 | ada | p@",
                "redis://:50%@redis | redis://redis:6379 | 0 | | 50%",
                "redis://:50%ff@redis | redis://redis:6379 | 0 | | 50%ff",
                "redis://:p#w/o?r+d@redis | redis://redis:6379 | 0 | | p#w/o?r+d",
                "tcp://10.0.0.1:6379 | redis://10.0.0.1:6379 | 0 | |",
                "redis+tls://:p@redis | rediss://redis:6379 | 0 | | p",
                "redis+ssl://redis | rediss://redis:6379 | 0 | |",
                "tls://redis | rediss://redis:6379 | 0 | |",
                "redis://redis?ssl=true | rediss://redis:6379 | 0 | |",
                "redis://redis?TLS=True | rediss://redis:6379 | 0 | |",
                "rediss://redis?ssl=true | rediss://redis:6379 | 0 | |",
                "shop.redis.cache.windows.net:6380,password=p=,ssl=True |"
                        + " rediss://shop.redis.cache.windows.net:6380 | 0 | | p=",
            })
    void singleUrls(
            String url, String address, Integer database, String username, String password) {
        if (address == null) {
            bad("REDIS_URL", url);
            return;
        }
        RedisSettings redis = good("REDIS_URL", url);
        assertThat(redis.topology()).isEqualTo(Topology.SINGLE);
        assertThat(redis.addresses()).containsExactly(address);
        assertThat(redis.database()).isEqualTo(database);
        assertThat(redis.username().orElse(null)).isEqualTo(username);
        assertThat(redis.password().orElse(null)).isEqualTo(password);
        assertThat(redis.master()).isEmpty();
        assertThat(redis.file()).isEmpty();
        assertThat(redis.deadline()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void sentinels() {
        RedisSettings redis =
                good("weir.redis.url", "redis-sentinel://:p@h1:26380, h2,[::1]:1/2#my%2Dmaster");
        assertThat(redis.topology()).isEqualTo(Topology.SENTINEL);
        assertThat(redis.addresses())
                .containsExactly("redis://h1:26380", "redis://h2:26379", "redis://[::1]:1");
        assertThat(redis.master()).hasValue("my-master");
        assertThat(redis.database()).isEqualTo(2);
        assertThat(redis.password()).hasValue("p");
    }

    @Test
    void clusters() {
        RedisSettings redis = good("weir.redis.url", "redis-cluster://h1,h2:7000/0");
        assertThat(redis.topology()).isEqualTo(Topology.CLUSTER);
        assertThat(redis.addresses()).containsExactly("redis://h1:6379", "redis://h2:7000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis | redis://host:6379",
                "localhost:6379 | redis://host:6379",
                "http://redis | redis://host:6379",
                "redi://redis | redis://host:6379",
                "redis:// | HOST or HOST:PORT",
                "redis://:6379 | HOST or HOST:PORT",
                "redis://re dis | HOST or HOST:PORT",
                "redis://redis:0 | HOST or HOST:PORT",
                "redis://redis:65536 | HOST or HOST:PORT",
                "redis://redis: | HOST or HOST:PORT",
                "redis://::1 | HOST or HOST:PORT",
                "redis://[redis] | HOST or HOST:PORT",
                "redis://a,b | redis-cluster:// for several",
                "redis://a/x | number of a database",
                "redis://a/-1 | number of a database",
                "redis://a/0/1 | number of a database",
                "redis://a?x=y | without parameters",
                "redis://a/0?x=y | without parameters",
                "redis://a#m | only redis-sentinel:// has one",
                "redis-sentinel://a | such as #mymaster",
                "redis-sentinel://a# | such as #mymaster",
                "redis-cluster://a/1 | a cluster has only 0",
                "redis-cluster://a,,b | HOST or HOST:PORT",
                "redis://ada@redis | USER:PASSWORD@ or :PASSWORD@",
                "redis://ada:@redis | USER:PASSWORD@ or :PASSWORD@",
                "redis://ada:%zz@redis | escape of UTF-8",
                "redis://ada:%@redis | escape of UTF-8",
                "redis://ada:%ff@redis | escape of UTF-8",
            })
    void badUrls(String url, String expected) {
        Problem problem = bad("WEIR_REDIS_URL", url);
        assertThat(problem.where())
                .isEqualTo("weir.redis.url (environment variable WEIR_REDIS_URL)");
        assertThat(problem.expected()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rediss://:p@h:6379/0?ssl_cert_reqs=none | rediss://h:6379 | 0 | the parameter"
                        + " ssl_cert_reqs is left out: TLS is used, and the certificate of Redis"
                        + " is verified",
                "redis://h?ssl_cert_reqs=none | redis://h:6379 | 0 | the parameter ssl_cert_reqs is"
                        + " left out: no TLS is used, which rediss:// would ask for",
                "rediss://h?ssl=false | rediss://h:6379 | 0 | the parameter that switches TLS off is"
                        + " left out",
                "redis://h?family=6&timeout=5s | redis://h:6379 | 0 | the parameter family is left"
                        + " out; the parameter timeout is left out",
                "redis://h/3?protocol=3 | redis://h:6379 | 3 | the parameter protocol is left out",
                "redis://h/3?db=2 | redis://h:6379 | 2 | what follows the / is left out",
                "redis://h/mydb | redis://h:6379 | 0 | what follows the / is left out",
                "redis://h/0/1 | redis://h:6379 | 0 | what follows the / is left out",
                "redis://h#m | redis://h:6379 | 0 | what follows the # is left out",
                "redis://h?x | redis://h:6379 | 0 | what follows the ? is left out",
                "redis://h?s%33=1 | redis://h:6379 | 0 | a parameter is left out",
                "redis://ada@h | redis://h:6379 | 0 | the user is left out: no password",
                "redis://ada:@h | redis://h:6379 | 0 | the user is left out: no password",
                "redis://h1,h2 | redis://h1:6379 | 0 | all hosts but the first are left out",
                "redis://h1:1,redis://h2:2 | redis://h1:1 | 0 | all hosts but the first are left"
                        + " out",
                "redis:// | redis://localhost:6379 | 0 | no host: localhost is asked",
                "redis://:6380/1 | redis://localhost:6380 | 1 | no host: localhost is asked",
                "redis-cluster://h/1 | redis://h:6379 | 0 | the database is left out: a cluster has"
                        + " only 0",
            })
    void aPartThatIsNotUsedIsSaid(String url, String address, int database, String said) {
        RedisSettings redis = read("REDIS_URL", url);
        assertThat(redis.addresses()).containsExactly(address);
        assertThat(redis.database()).isEqualTo(database);
        assertThat(problems.all())
                .extracting(Problem::code, Problem::where, Problem::given)
                .containsExactly(
                        tuple(ProblemCode.REDIS_URL_PARTS, "environment variable REDIS_URL", said));
        assertThat(problems.errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis+sentinel://h1,h2:1/mymaster/2 | SENTINEL | redis://h1:26379 | mymaster | 2",
                "redis+sentinel://h1,h2:1/2?sentinelMasterId=m | SENTINEL | redis://h1:26379 | m |"
                        + " 2",
                "redis://h1:26379,h2:1/2?master_name=m | SENTINEL | redis://h1:26379 | m | 2",
                "redis-sentinel://h1,h2:1/2#m%41 | SENTINEL | redis://h1:26379 | mA | 2",
                "rediss-sentinel://h1,h2:1#m | SENTINEL | rediss://h1:26379 | m | 0",
                "redis-sentinel://h1,h2:1?ssl=true#m | SENTINEL | rediss://h1:26379 | m | 0",
                "redis+cluster://h1,h2:1 | CLUSTER | redis://h1:6379 | | 0",
                "rediss+cluster://h1,h2:1/0 | CLUSTER | rediss://h1:6379 | | 0",
                "redis://h1,h2:1?cluster=true | CLUSTER | redis://h1:6379 | | 0",
            })
    void severalServers(String url, Topology topology, String first, String master, int database) {
        RedisSettings redis = good("REDIS_URL", url);
        assertThat(redis.topology()).isEqualTo(topology);
        assertThat(redis.addresses()).hasSize(2).startsWith(first);
        assertThat(redis.addresses().get(1)).endsWith("://h2:1");
        assertThat(redis.master().orElse(null)).isEqualTo(master);
        assertThat(redis.database()).isEqualTo(database);
    }

    @Test
    void theMasterThatMostSentinelsKnow() {
        RedisSettings redis = read("REDIS_URL", "redis+sentinel://h1");
        assertThat(redis.master()).hasValue("mymaster");
        assertThat(problems.warnings())
                .extracting(Problem::given)
                .containsExactly("no name of a master: mymaster is asked for");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:///var/run/redis.sock",
                "redis+socket:///tmp/redis.sock?db=1",
                "redis-socket:///tmp/redis.sock",
                "redis+unix:///tmp/s3cr3t.sock",
                "http://:s3cr3t@redis",
                "https://eu1-redis.upstash.io",
                "postgres://ada:s3cr3t@h/shop",
            })
    void whatCannotBeOursIsAWarning(String url) {
        assertThat(Settings.read(Fixture.environment("REDIS_URL", url), problems).redis())
                .isEmpty();
        assertThat(problems.all())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.REDIS_URL_OF_OTHERS);
        assertThat(problems.report()).contains("://...").doesNotContain(SECRET);
    }

    @Test
    void aUserInTheUrlAndAPasswordBesideIt() {
        RedisSettings redis = good("REDIS_URL", "redis://ada@h", "REDIS_PASSWORD", "%41#");
        assertThat(redis.username()).hasValue("ada");
        assertThat(redis.password()).hasValue("%41#");
    }

    @Test
    void aSlipInTheScheme() {
        assertThat(bad("REDIS_URL", "redi://redis").hint()).hasValue("Did you mean \"redis://\"?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:s3cr3t",
                "redis://ada:s3cr3t",
                "redis://ada:s3cr3t/0",
                "redis://ada:s3cr3t@",
                "redis://ada:s3cr3t@re dis",
                "redis://ada:s3cr3t@redis:99999",
                "redis://ada:x@s3cr3t@redis:x",
                "redis://ada:s3cr3t@redis/x",
                "redis://ada:s3cr3t@redis?x",
                "redis://ada:s3cr3t%zz@redis",
                "redis://s3cr3t@redis",
                "redis://redis/s3cr3t",
                "redis://redis#s3cr3t",
                "redis://redis?s3cr3t",
                "redis://redis?pass=s3cr3t&x=y",
                "redis://a:b#s3cr3t",
                "ada:s3cr3t@redis",
                "ada:s3cr3t",
                "http://ada:s3cr3t@redis",
                "redis-sentinel://ada:s3cr3t@h1,h2",
                "redis-cluster://ada:s3cr3t@h1/4",
            })
    void noMessageShowsAPassword(String url) {
        Problems lenient = new Problems();
        Settings.read(Fixture.environment("REDIS_URL", url), lenient);
        assertThat(lenient.report()).doesNotContain(SECRET);
        bad("WEIR_REDIS_URL", url);
        assertThat(problems.report()).doesNotContain(SECRET);
    }

    @Test
    void noTextShowsAPassword() {
        ConfigSource source =
                Fixture.environment(
                        "REDIS_HOST",
                        "redis",
                        "WEIR_REDIS_PASSWORD",
                        SECRET,
                        "WEIR_REDIS_PASWORD",
                        SECRET);
        Settings settings = Settings.read(source, problems);
        assertThat(settings.redis().orElseThrow().password()).hasValue(SECRET);
        assertThat(settings.toString()).doesNotContain(SECRET);
        assertThat(source.value("weir.redis.password").toString()).doesNotContain(SECRET);
        assertThat(problems.report()).contains("WEIR_REDIS_PASWORD").doesNotContain(SECRET);
        assertThat(
                        RedisUrl.read(
                                        new Text("redis://:s3cr3t@h", "here", problems),
                                        Duration.ofMillis(50))
                                .toString())
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "redis, 6379, redis://redis:6379",
        "redis, , redis://redis:6379",
        "10.0.0.1, 1, redis://10.0.0.1:1",
        "my_redis.shop-1, 65535, redis://my_redis.shop-1:65535",
        "::1, 6379, redis://[::1]:6379",
        "[2001:db8::1], 6379, redis://[2001:db8::1]:6379",
        "redis, tcp://10.0.0.1:6380, redis://redis:6380",
        "redis, tcp://[fd00::1]:6380, redis://redis:6380",
    })
    void hostAndPort(String host, String port, String address) {
        String given = port == null ? "" : port;
        assertThat(good("REDIS_HOST", host, "REDIS_PORT", given).addresses())
                .containsExactly(address);
        assertThat(good("WEIR_REDIS_HOST", host, "WEIR_REDIS_PORT", given).addresses())
                .containsExactly(address);
        assertThat(good("REDIS_HOST", host, "WEIR_REDIS_PORT", given).addresses())
                .containsExactly(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "0",
                "65536",
                "-1",
                "6379x",
                "tcp://10.0.0.1",
                "tcp://10.0.0.1:0",
                "tcp://:6379",
                "udp://10.0.0.1:6379",
            })
    void badPorts(String port) {
        Problem problem = bad("REDIS_HOST", "redis", "REDIS_PORT", port);
        assertThat(problem.where()).isEqualTo("environment variable REDIS_PORT");
        assertThat(problem.given()).isEqualTo('"' + port + '"');
        assertThat(problem.expected()).contains("1 to 65535").contains("tcp://");
    }

    @Test
    void aBadPortIsABadPortWithoutAHost() {
        bad("REDIS_PORT", "abc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis:6380 | The port belongs into weir.redis.port or REDIS_PORT",
                "[::1]:6380 | The port belongs into weir.redis.port or REDIS_PORT",
                "redis://redis | A URL belongs into weir.redis.url or REDIS_URL",
                "my redis |",
                "-redis |",
            })
    void badHosts(String host, String hint) {
        assertThat(bad("REDIS_HOST", host).hint().orElse(null)).isEqualTo(hint);
    }

    @Test
    void aHostShowsNoPasswordEither() {
        assertThat(bad("REDIS_HOST", "redis://:s3cr3t@h").toString()).doesNotContain(SECRET);
    }

    @Test
    void aServiceLinkAloneIsUsedAndSaid() {
        RedisSettings redis = read("REDIS_PORT", "tcp://10.0.0.1:6379");
        assertThat(redis.addresses()).containsExactly("redis://10.0.0.1:6379");
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.REDIS_SERVICE_LINK);
    }

    @Test
    void settingsWithoutAHostAreSaid() {
        Settings settings =
                Settings.read(
                        Fixture.environment("REDIS_PORT", "6379", "REDIS_PASSWORD", SECRET),
                        problems);
        assertThat(settings.redis()).isEmpty();
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings())
                .extracting(Problem::code, Problem::where)
                .containsExactly(
                        tuple(ProblemCode.REDIS_WITHOUT_HOST, "environment variable REDIS_PORT"),
                        tuple(
                                ProblemCode.REDIS_WITHOUT_HOST,
                                "environment variable REDIS_PASSWORD"));
    }

    @Test
    void ranks() {
        assertThat(
                        good(
                                        "weir.redis.url",
                                        "redis://a",
                                        "REDIS_URL",
                                        "redis://b",
                                        "REDIS_HOST",
                                        "c")
                                .addresses())
                .containsExactly("redis://a:6379");
        assertThat(
                        good(
                                        "weir.redis.host",
                                        "a",
                                        "REDIS_URL",
                                        "redis://b",
                                        "REDIS_PORT",
                                        "7",
                                        "REDIS_HOST",
                                        "c")
                                .addresses())
                .containsExactly("redis://a:6379");
        assertThat(
                        good("REDIS_URL", "redis://b", "REDIS_HOST", "c", "REDIS_PORT", "abc")
                                .addresses())
                .containsExactly("redis://b:6379");
    }

    @Test
    void credentials() {
        assertThat(good("REDIS_HOST", "a", "REDIS_PASSWORD", "1").password()).hasValue("1");
        assertThat(good("weir.redis.host", "a", "REDIS_PASSWORD", "1").password()).hasValue("1");
        assertThat(good("REDIS_URL", "redis://:2@a", "REDIS_PASSWORD", "1").password())
                .hasValue("2");
        assertThat(good("REDIS_URL", "redis://:2@a", "weir.redis.password", "3").password())
                .hasValue("3");
        RedisSettings redis =
                good("REDIS_HOST", "a", "weir.redis.username", "ada", "REDIS_PASSWORD", "1");
        assertThat(redis.username()).hasValue("ada");
        bad("REDIS_HOST", "a", "weir.redis.username", "ada");
    }

    @Test
    void aFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("redisson.yaml");
        Files.writeString(file, "singleServerConfig: {}");
        RedisSettings redis =
                good(
                        "weir.redis.config",
                        file.toString(),
                        "weir.redis.deadline",
                        "1s",
                        "REDIS_HOST",
                        "x");
        assertThat(redis.topology()).isEqualTo(Topology.FILE);
        assertThat(redis.file()).hasValue(file.toString());
        assertThat(redis.addresses()).isEmpty();
        assertThat(redis.deadline()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "weir.redis.url, redis://a, weir.redis.host, a",
        "weir.redis.url, redis://a, weir.redis.port, 1",
        "REDIS_URL, redis://a, weir.redis.port, 1",
        "weir.redis.config, /a, weir.redis.url, redis://a",
        "weir.redis.config, /a, weir.redis.password, s3cr3t",
    })
    void twoWaysToSayIt(String first, String value, String second, String other) {
        Problem problem = bad(first, value, second, other);
        assertThat(problem.where()).contains(second);
        assertThat(problem.given()).contains(first);
        assertThat(problem.toString()).doesNotContain(SECRET);
    }
}
