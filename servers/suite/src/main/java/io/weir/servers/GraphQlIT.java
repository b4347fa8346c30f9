package io.weir.servers;

import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.graphql.Shop;
import java.net.URL;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * MicroProfile GraphQL of the server, else SmallRye's in the WAR: a refusal is an error of its
 * field, with the sentence, in an answer that is 200.
 */
@ExtendWith(ArquillianExtension.class)
@Tag("graphql")
@Tag("heavy")
class GraphQlIT {

    private static final Pattern REFUSED =
            Pattern.compile(
                    "\"message\":\"You sent too many requests\\. Try again in [0-9]+ seconds\\.\"");

    @ArquillianResource URL url;

    Client client;
    ServerLog log;

    @Deployment(testable = false)
    static WebArchive war() {
        WebArchive war =
                Wars.empty(
                                "graphql",
                                "weir.client.trusted-proxies = 127.0.0.1",
                                "weir.policy.door.path = /graphql",
                                "weir.policy.door.limit = 6/min")
                        .addPackage(Shop.class.getPackage());
        if (!Boolean.getBoolean("server.graphql")) {
            war.addAsLibraries(Wars.libraries("graphql"));
        }
        if (Wars.leavesOut("json")) { // neither JSON Binding nor MicroProfile Config
            war.getContent(Filters.include(".*/jboss-logging-3.*")).keySet().forEach(war::delete);
            war.addAsLibraries(Wars.libraries("graphql-needs"));
        }
        return war;
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
        log = ServerLog.fromNow();
    }

    @ParameterizedTest
    @CsvSource({
        "{search}, search, found",
        "{price(id: 1)}, price, price of 1",
        "{later}, later, later",
        "mutation {order(product: \\\"tea\\\")}, order, ordered tea",
        "{count}, count, counted",
        "{countLater}, countLater, counted",
    })
    void theThirdIsAnErrorWithTheWait(String query, String field, String value) {
        for (int i = 0; i < 2; i++) {
            assertThat(ask(client, query))
                    .isEqualTo("{\"data\":{\"%s\":\"%s\"}}".formatted(field, value));
        }
        assertThat(ask(client, query))
                .containsPattern(REFUSED)
                .contains("\"path\":[\"" + field + "\"]")
                .contains("\"data\":{\"" + field + "\":null}");
        assertThat(ask(new Client(url), query)).contains(value).doesNotContain("errors");
        assertThat(log.text()).doesNotContain("RateLimitExceededException", "WEIR-036");
    }

    @Test
    void eachIdHasACountOfItsOwn() {
        String three = "{a: price(id: 1) b: price(id: 1) c: price(id: 1) other: price(id: 2)}";
        assertThat(ask(client, three))
                .containsOnlyOnce("\"message\"")
                .containsPattern(REFUSED)
                .contains("\"a\":\"price of 1\",\"b\":\"price of 1\",\"c\":null")
                .contains("\"other\":\"price of 2\"");
    }

    @Test
    void eachFieldOfOneRequestCounts() {
        assertThat(ask(client, "{a: search b: search c: search}"))
                .containsOnlyOnce("\"message\"")
                .containsPattern(REFUSED)
                .contains("\"a\":\"found\",\"b\":\"found\",\"c\":null");
        assertThat(ask(client, "{products {name photo}}"))
                .containsOnlyOnce("\"message\"")
                .containsPattern(REFUSED)
                .contains("\"photo\":\"photo of tea\"", "\"photo\":\"photo of jam\"")
                .contains("{\"name\":\"oil\",\"photo\":null}");
    }

    @Test
    void aStageThatNobodyHasToldTheRequestIsSaid() {
        log = ServerLog.fromTheStart(); // it is said once
        for (int i = 0; i < 2; i++) {
            ask(client, "{countForNobody}");
        }
        assertThat(ask(client, "{countForNobody}")).containsPattern(REFUSED);
        assertThat(log.text()).contains("WEIR-036 A call that belongs to nobody:");
    }

    @Test
    void otherExceptionsStayHidden() {
        assertThat(ask(client, "{broken}")).contains("\"errors\"").doesNotContain("a secret");
    }

    @Test
    void aPolicyWithThePathAnswersAsEverywhere() {
        for (int i = 0; i < 6; i++) {
            assertThat(ask(client, "{products {name}}")).contains("tea");
        }
        assertRefused(post(client, "{products {name}}"), 6);
    }

    private static String ask(Client client, String query) {
        HttpResponse<String> answer = post(client, query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<String> post(Client client, String query) {
        return client.post("graphql", "application/json", "{\"query\":\"" + query + "\"}");
    }
}
