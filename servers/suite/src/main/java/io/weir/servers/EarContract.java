package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for each web module of an EAR, wherever in it the library is. */
abstract class EarContract {

    private final String ear;
    final Client caller;

    EarContract(String ear) {
        this.ear = ear;
        caller = new Client(url(ear + "-a"));
    }

    static URL url(String context) {
        try {
            String port = System.getProperty("server.http.port");
            return URI.create("http://127.0.0.1:" + port + "/" + context + "/").toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /** Of the caller, at another web module. */
    HttpResponse<String> at(String context, String path) {
        return new Client(url(context)).from(caller.address(), path);
    }

    /** The limits are those of each web module's own settings, and so are the counts. */
    @ParameterizedTest
    @ValueSource(strings = {"own", "page", "api/resource"})
    void aWebModule(String path) {
        String body = path.replaceFirst(".*/", "");
        assertAdmitted(at(ear + "-a", path), body);
        assertRefused(at(ear + "-a", path), 1);
        assertAdmitted(at(ear + "-b", path), body);
        assertAdmitted(at(ear + "-b", path), body);
        assertRefused(at(ear + "-b", path), 2);
        assertAdmitted(new Client(url(ear + "-a")).get(path), body);
    }

    /** A deployment does not wait for Redis for long, and a slow machine needs longer. */
    @Test
    void namesOfWebModulesInRedis() throws InterruptedException {
        for (String web : new String[] {ear + "-a", ear + "-b"}) {
            String key;
            int rounds = 0;
            do {
                assertThat(rounds++).as("rounds until Redis has counted").isLessThan(100);
                Thread.sleep(rounds == 1 ? 0 : 100);
                Client client = new Client(url(web));
                assertAdmitted(client.get("own"), "own");
                key = "*weir:" + web + ":own:{" + client.address();
            } while (SuiteRedis.keys(key).isEmpty());
        }
    }
}
