package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.redis.RedisSettings;
import io.weir.internal.redis.RedisSettings.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedissonFileTest {

    @TempDir private Path directory;

    private final Problems problems = new Problems();

    private Optional<RedisSettings> read(Path file) {
        return Settings.read(Fixture.file("weir.redis.config", file.toString()), problems).redis();
    }

    private Path file(String content) throws IOException {
        Path file = directory.resolve("redisson.yaml");
        Files.writeString(file, content);
        return file;
    }

    private Problem refused(Path file) {
        assertThat(read(file)).isEmpty();
        assertThat(problems.errors()).hasSize(1);
        Problem problem = problems.errors().get(0);
        assertThat(problem.code()).isEqualTo(ProblemCode.REDISSON_FILE);
        assertThat(problem.where()).contains("weir.redis.config", "META-INF/weir.properties");
        assertThat(problem.given()).contains(file.toString());
        return problem;
    }

    @Test
    void missing() {
        assertThat(refused(directory.resolve("missing.yaml")).given()).contains("not exist");
    }

    @Test
    void empty() throws IOException {
        assertThat(refused(file("  \n")).given()).contains("empty");
    }

    @Test
    void aDirectory() {
        assertThat(refused(directory).given()).contains("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${WEIR_NOT_SET}", "${weir.not.set}", "${WEIR_NOT_SET:-}"})
    void aVariableThatRedissonWouldSendAsThePassword(String variable) throws IOException {
        Path file = file("singleServerConfig:\n  password: \"s3cr3t" + variable + "\"\n");
        Problem problem = refused(file);
        assertThat(problem.given()).contains(variable);
        assertThat(problem.expected()).contains(variable.substring(2, 14));
        assertThat(problem.text()).doesNotContain("s3cr3t");
    }

    @Test
    void variablesThatAreSetHaveADefaultOrStandInAComment() throws IOException {
        System.setProperty("weir.set.by.test", "x");
        try {
            Path file =
                    file(
                            """
                            # password: ${WEIR_NOT_SET}
                            singleServerConfig:
                              # ${WEIR_NOT_SET}
                              username: "${weir.set.by.test}"
                              password: "${WEIR_NOT_SET:-default}"
                              address: "redis://${PATH}"
                            """);
            assertThat(read(file)).map(RedisSettings::topology).hasValue(Topology.FILE);
            assertThat(problems.report()).isEmpty();
        } finally {
            System.clearProperty("weir.set.by.test");
        }
    }

    @Test
    void aClientOfTheApplicationWinsOverSettingsOfOursAndIsSilentAboutTheEnvironment() {
        RedisSettings redis =
                Settings.read(
                                Fixture.environment(
                                        "weir.redis.url", "redis://a",
                                        "weir.redis.deadline", "70ms",
                                        "REDIS_PORT", "tcp://10.0.0.1:6379",
                                        "REDIS_HOST", "b"),
                                true,
                                problems)
                        .redis()
                        .orElseThrow();
        assertThat(redis.topology()).isEqualTo(Topology.BEAN);
        assertThat(redis.deadline()).hasMillis(70);
        assertThat(problems.errors()).isEmpty();
        assertThat(problems.warnings())
                .singleElement()
                .satisfies(
                        warning -> {
                            assertThat(warning.code()).isEqualTo(ProblemCode.REDISSON_BEAN_WINS);
                            assertThat(warning.where()).contains("weir.redis.url");
                        });
    }
}
