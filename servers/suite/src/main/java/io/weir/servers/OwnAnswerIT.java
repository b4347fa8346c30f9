package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.answer.OwnAnswer;
import java.net.URL;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bean of the application writes the answer, whoever refuses, and wins over the error page. */
@ExtendWith(ArquillianExtension.class)
class OwnAnswerIT {

    @ArquillianResource URL url;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.app("own-answer", "weir.answer = error-page").addClass(OwnAnswer.class);
    }

    @ParameterizedTest
    @CsvSource({
        "search,                    2",
        "api/managed,               2",
        "api/plain,                 2",
        "mail/send?times=15,        1",
        "api/managed/mail?times=15, 1",
    })
    void answersForEveryEdge(String path, int admitted) {
        Client client = new Client(url);
        for (int i = 0; i < admitted; i++) {
            assertThat(client.get(path).statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = client.get(path);
        assertThat(refused.statusCode()).isEqualTo(420);
        assertThat(field(refused, "Content-Type")).startsWith("text/plain");
        assertThat(field(refused, "X-Own")).isEqualTo("yes");
        assertThat(field(refused, "Cache-Control")).isEqualTo("no-store");
        assertThat(refused.body()).isEqualTo("calm down for " + field(refused, "Retry-After"));
        assertThat(field(refused, "RateLimit")).contains(";r=0;t=");
        assertAdmitted(new Client(url).get("elsewhere"), "page");
    }
}
