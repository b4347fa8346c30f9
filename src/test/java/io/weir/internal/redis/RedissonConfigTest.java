package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisSettings.Topology;
import io.weir.testing.RealRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConfigSupport;
import org.redisson.config.ReadMode;

/** A Redisson file: where Redis is, and nothing that would break a promise. */
class RedissonConfigTest {

    private static final String HOSTILE =
            """
              timeout: 20000
              connectTimeout: 20000
              retryAttempts: 5
              pingConnectionInterval: 0
            """;

    private static final String ALSO_HOSTILE =
            """
            codec: !<org.redisson.codec.SerializationCodec> {}
            lazyInitialization: true
            """;

    @TempDir private Path directory;

    private RedisSettings settings(String content, Duration deadline) throws Exception {
        Path file = directory.resolve("redisson.yaml");
        Files.writeString(file, content);
        return new RedisSettings(
                Topology.FILE,
                List.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.of(file.toString()),
                deadline);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "singleServerConfig   |address: \"redis://a:1\"",
                "sentinelServersConfig|sentinelAddresses: [\"redis://a:1\"]",
                "clusterServersConfig |nodeAddresses: [\"redis://a:1\"]",
                "replicatedServersConfig|nodeAddresses: [\"redis://a:1\"]",
                "masterSlaveServersConfig|masterAddress: \"redis://a:1\"",
            })
    void ourTimingsHold(String section, String address) throws Exception {
        String servers = section + ":\n  " + address + "\n" + HOSTILE;
        Config config = RedissonConfig.of(settings(servers + ALSO_HOSTILE, LONG_DEADLINE));
        assertThat(RedissonConfig.addresses(config)).containsExactly("redis://a:1");
        assertThat(config.getCodec()).isSameAs(StringCodec.INSTANCE);
        assertThat(config.isLazyInitialization()).isFalse();
        var tuned = ConfigSupport.getConfig(config);
        assertThat(tuned.getRetryAttempts()).isZero();
        assertThat(tuned.getTimeout()).isEqualTo(1_000);
        assertThat(tuned.getConnectTimeout()).isEqualTo(1_000);
        assertThat(tuned.getPingConnectionInterval()).isBetween(500, 999);
        if (tuned instanceof BaseMasterSlaveServersConfig<?> several) {
            assertThat(several.getReadMode()).isEqualTo(ReadMode.MASTER);
        }
    }

    @Test
    void whatItSaysOfRetriesChargesNobodyTwice() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts other = connected(redis);
                RedisCounts store =
                        new RedisCounts(
                                settings(
                                        "singleServerConfig:\n  address: \""
                                                + redis.url()
                                                + "\"\n"
                                                + HOSTILE
                                                + ALSO_HOSTILE,
                                        Duration.ofSeconds(1)),
                                () -> "shop",
                                false)) {
            probeUntilItServes(store);
            Policy policy = sliding("rrl", 100);
            assertThat(admits(store, policy, KEY)).isTrue();
            redis.freeze();
            try {
                assertThatThrownBy(() -> acquire(store, policy, KEY, 1))
                        .isInstanceOf(StoreUnavailableException.class);
            } finally {
                redis.thaw();
            }
            probeUntilItServes(other);
            assertThat(peek(other, policy, KEY).get(0).remaining()).isEqualTo(98);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "singleServerConfig: {adress: x, password: s3cr3t}     | adress",
                "singleServerConfig: {password: s3cr3t}                | address",
                "{}                                                    | address",
                "singleServerConfig: [s3cr3t                           | line 1",
                "password: s3cr3t                                      | address",
                "just s3cr3t words                                     | line 1",
                "codec: !<no.SuchCodec> {}                              | no.SuchCodec",
                "singleServerConfig: {connectionPoolSize: s3cr3t}      | connectionPoolSize",
                "singleServerConfig: {address: ':s3cr3t@a:1'}          | redis://",
            })
    void mistakesAreToldWithoutValues(String content, String part) throws Exception {
        assertThat(RedisCounts.mistake(settings(content, LONG_DEADLINE)))
                .hasValueSatisfying(
                        mistake -> {
                            assertThat(mistake)
                                    .contains(part)
                                    .doesNotContain("s3cr3t")
                                    .doesNotContain("\n");
                        });
    }

    @Test
    void aFileWithoutMistakesHasNone() throws Exception {
        String good = "singleServerConfig:\n  address: \"redis://a:1\"\n";
        assertThat(RedisCounts.mistake(settings(good, LONG_DEADLINE))).isEmpty();
    }
}
