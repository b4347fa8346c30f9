package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.answered.Counter;
import io.weir.servers.answered.EagerGzipFilter;
import io.weir.servers.answered.GzipFilter;
import io.weir.servers.answered.KeepingFilter;
import io.weir.servers.answered.PlainFilter;
import io.weir.servers.answered.Work;
import java.net.URL;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weir.answer=error-page}: whoever refuses, the container writes its page. */
@ExtendWith(ArquillianExtension.class)
class ErrorPageIT {

    @ArquillianResource URL url;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.app(
                        "error-page",
                        "weir.answer = error-page",
                        "weir.policy.path.path = /{by}/path",
                        "weir.policy.path.limit = 1/min")
                .addClasses(
                        Work.class,
                        Counter.class,
                        PlainFilter.class,
                        GzipFilter.class,
                        EagerGzipFilter.class,
                        KeepingFilter.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip/path",
                "gzip/bean",
                "gzip/written",
                "eager/path",
                "eager/streamed",
                "kept/fields",
                "stubborn/written"
            })
    void behindFiltersThatChangeWhatIsWritten(String path) {
        assertPageAfter(path, 1);
    }

    @Test
    void aPath() {
        assertPageAfter("search", 2);
    }

    @Test
    void aResource() {
        assertPageAfter("api/managed", 2);
    }

    @Test
    void aBeanInsideAServlet() {
        assertPageAfter("mail/send?times=15", 1);
    }

    @Test
    void aBeanInsideAResource() {
        assertPageAfter("api/managed/mail?times=15", 1);
    }

    private void assertPageAfter(String path, int admitted) {
        Client client = new Client(url);
        for (int i = 0; i < admitted; i++) {
            assertThat(client.get(path).statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = client.get(path);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(field(refused, "Retry-After")).isNotEmpty();
        assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(refused.headers().firstValue("Content-Disposition")).isEmpty();
        assertThat(refused.body()).containsPattern("(?i)<html|Error 429").doesNotContain("problem");
        assertAdmitted(new Client(url).get("elsewhere"), "page");
    }
}
