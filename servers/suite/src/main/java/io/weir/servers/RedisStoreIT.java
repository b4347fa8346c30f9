package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The same application with Redis. */
class RedisStoreIT extends AppContract {

    @Deployment(testable = false)
    static WebArchive war() {
        // The deadline is not what this class is about, and a cold server may miss 50 ms.
        return Wars.app("redis", SuiteRedis.settings(), "weir.redis.deadline = 5s");
    }

    @Override
    String store() {
        return "REDIS";
    }

    @Test
    void keysAreReadableAndEachHasAnEnd() {
        assertAdmitted(client.get("mail/view?id=42"), "true");
        client.post("api/plain/orders", "text/plain", "");
        assertAdmitted(client.get("search"), "page");

        List<String> keys = SuiteRedis.keys("");
        assertThat(keys)
                .anySatisfy(
                        key ->
                                assertThat(key)
                                        .contains(
                                                "weir:redis:view_count:{"
                                                        + client.address()
                                                        + ":42}"))
                .anySatisfy(
                        key -> assertThat(key).contains("weir:redis:orders:{" + client.address()))
                .anySatisfy(
                        key -> assertThat(key).contains("weir:redis:search:{" + client.address()))
                .allSatisfy(key -> assertThat(key).matches("\\{?weir:.*"))
                .allSatisfy(key -> assertThat(SuiteRedis.ttl(key)).as(key).isNotEqualTo(-1));
    }
}
