package io.weir.servers;

import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.faces.Clicks;
import io.weir.servers.soap.Hello;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A page whose button calls a limited bean, in the stage in which Faces shows what was thrown. */
@ExtendWith(ArquillianExtension.class)
@Tag("faces")
class FacesIT {

    private static final Pattern STATE =
            Pattern.compile("name=\"jakarta.faces.ViewState\"[^>]* value=\"([^\"]*)\"");

    @ArquillianResource URL url;

    Client client;
    ServerLog log;

    @Deployment(testable = false)
    static WebArchive war() {
        WebArchive war = pages();
        return Wars.leavesOut("soap") ? war : war.addPackage(Hello.class.getPackage());
    }

    private static WebArchive pages() {
        return Wars.empty("faces", "weir.client.trusted-proxies = 127.0.0.1")
                .addPackage(Clicks.class.getPackage())
                .addAsWebInfResource(
                        new StringAsset(
                                """
                                <faces-config xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" />
                                """),
                        "faces-config.xml")
                .setWebXML(
                        new StringAsset(
                                """
                                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                                  <context-param>
                                    <param-name>jakarta.faces.PROJECT_STAGE</param-name>
                                    <param-value>Development</param-value>
                                  </context-param>
                                  <context-param>
                                    <param-name>jakarta.faces.STATE_SAVING_METHOD</param-name>
                                    <param-value>client</param-value>
                                  </context-param>
                                  <servlet>
                                    <servlet-name>faces</servlet-name>
                                    <servlet-class>jakarta.faces.webapp.FacesServlet</servlet-class>
                                  </servlet>
                                  <servlet-mapping>
                                    <servlet-name>faces</servlet-name>
                                    <url-pattern>*.xhtml</url-pattern>
                                  </servlet-mapping>
                                </web-app>
                                """))
                .addAsWebResource(
                        new StringAsset(
                                """
                                <html xmlns="http://www.w3.org/1999/xhtml" xmlns:h="jakarta.faces.html">
                                  <h:head />
                                  <h:body>
                                    <h:form id="form">
                                      <h:outputText id="text" value="a page" />
                                      <h:commandButton id="click" value="click" action="#{clicks.click}" />
                                    </h:form>
                                  </h:body>
                                </html>
                                """),
                        "page.xhtml");
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
        log = ServerLog.fromNow();
    }

    @Test
    void aFullRequest() {
        assertThat(click(false).body()).contains("a page");
        assertRefused(click(false), 1);
        assertNothingIsLogged();
    }

    @Test
    void anAjaxRequest() {
        assertThat(click(true).body()).contains("<partial-response").doesNotContain("<error");
        assertRefused(click(true), 1);
        assertNothingIsLogged();
    }

    /** A fault says nothing but the message of what was thrown, and logs it: that is the server. */
    @Test
    @Tag("soap")
    void aSoapService() {
        assertThat(hello().body()).contains("<return>hello</return>");
        HttpResponse<String> refused = hello();
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body())
                .containsPattern(
                        "<faultstring>You sent too many requests\\. Try again in [0-9]+ seconds\\.<");
    }

    /** Served beside the web module, where nobody knows the client, or within it. */
    @Test
    @Tag("soap")
    void aSoapServiceThatIsAnEnterpriseBean() throws MalformedURLException {
        boolean within = greeting(client, "GreetingService").statusCode() != 404;
        URL root = within ? url : URI.create(url.toString().replace("/faces", "")).toURL();
        String path = within ? "GreetingService" : "GreetingService/Greeting";
        client = new Client(root);
        for (int i = 0; i < 2; i++) {
            assertThat(greeting(client, path).body()).contains("<return>greeting</return>");
        }
        assertThat(greeting(client, path).body()).contains("You sent too many requests.");
        String ofAnother = greeting(new Client(root), path).body();
        if (within) {
            assertThat(ofAnother).contains("<return>greeting</return>");
        } else {
            assertThat(ofAnother).contains("You sent too many requests.");
            assertThat(log.text()).containsOnlyOnce("WEIR-036");
        }
    }

    private static HttpResponse<String> greeting(Client client, String path) {
        return client.post(
                path,
                "text/xml",
                """
                <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>\
                <hello xmlns="urn:greeting" /></Body></Envelope>""");
    }

    private HttpResponse<String> hello() {
        return client.post(
                "HelloService",
                "text/xml",
                """
                <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>\
                <hello xmlns="urn:hello" /></Body></Envelope>""");
    }

    private void assertNothingIsLogged() {
        assertThat(log.text()).doesNotContain("RateLimitExceededException", "SEVERE", "ERROR");
    }

    private HttpResponse<String> click(boolean ajax) {
        HttpResponse<String> page = client.get("page.xhtml");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        Matcher state = STATE.matcher(page.body());
        assertThat(state.find()).as(page.body()).isTrue();
        String form =
                "form=form&form_SUBMIT=1&form:click=click&jakarta.faces.ViewState="
                        + URLEncoder.encode(state.group(1), StandardCharsets.UTF_8)
                        + (ajax
                                ? "&jakarta.faces.source=form:click&jakarta.faces.partial.ajax=true"
                                        + "&jakarta.faces.partial.event=click&jakarta.faces.behavior.event=action"
                                        + "&jakarta.faces.partial.execute=form:click"
                                        + "&jakarta.faces.partial.render=form:text"
                                : "");
        HttpRequest.Builder request =
                client.request("page.xhtml")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form));
        if (ajax) {
            request.header("Faces-Request", "partial/ajax");
        }
        return client.send(request);
    }
}
