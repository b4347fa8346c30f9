package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.servers.app.PageServlet;
import io.weir.servers.bad.Limitless;
import io.weir.servers.bad.MinuteOrMonth;
import io.weir.servers.bad.Nobodys;
import io.weir.servers.inherited.Waver;
import io.weir.servers.services.SwitchedApi;
import io.weir.testing.WeirTest;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What would be silently unlimited stops the deployment, and says why. */
@ExtendWith(ArquillianExtension.class)
class BadDeploymentsIT {

    @ArquillianResource Deployer deployer;

    @Deployment(name = "minute-or-month", managed = false, testable = false)
    static WebArchive minuteOrMonth() {
        return Wars.empty("minute-or-month").addClass(MinuteOrMonth.class);
    }

    @Deployment(name = "limitless", managed = false, testable = false)
    static WebArchive limitless() {
        return Wars.empty("limitless").addClass(Limitless.class);
    }

    @Deployment(name = "bad-port", managed = false, testable = false)
    static WebArchive badPort() {
        return Wars.empty("bad-port", "weir.redis.host = 127.0.0.1", "weir.redis.port = abc");
    }

    @Deployment(name = "inherited", managed = false, testable = false)
    static WebArchive inherited() {
        return Wars.empty("inherited").addPackage(Waver.class.getPackage());
    }

    @Deployment(name = "nobodys", managed = false, testable = false)
    static WebArchive nobodys() {
        return Wars.empty("nobodys").addClass(Nobodys.class);
    }

    @Deployment(name = "no-services", managed = false, testable = false)
    static WebArchive noServices() {
        return Wars.empty("no-services").addPackage(SwitchedApi.class.getPackage());
    }

    @Deployment(name = "no-filters", managed = false, testable = false)
    static WebArchive noFilters() {
        return ordered("no-filters", "");
    }

    @Deployment(name = "with-filters", managed = false, testable = false)
    static WebArchive withFilters() {
        return ordered("with-filters", "<name>weir</name>");
    }

    @Deployment(name = "kit-by-mistake", managed = false, testable = false)
    static WebArchive kitByMistake() {
        String kit = WeirTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return Wars.empty("kit-by-mistake").addAsLibrary(new File(kit));
    }

    private static WebArchive ordered(String context, String names) {
        return Wars.empty(context, "weir.policy.p.path = /p", "weir.policy.p.limit = 1/min")
                .addClass(PageServlet.class)
                .setWebXML(
                        new StringAsset(
                                "<web-app xmlns='https://jakarta.ee/xml/ns/jakartaee'"
                                        + " version='6.0'><absolute-ordering>"
                                        + names
                                        + "</absolute-ordering></web-app>"));
    }

    @Test
    void aLimitThatIsNotOne() {
        assertStops("minute-or-month", "given \"10/m\"");
    }

    @Test
    void noLimitAnywhere() {
        assertStops("limitless", "Limitless.limited()");
    }

    @Test
    void aClassThatNobodyManages() {
        assertStops("nobodys", "Nobodys");
    }

    /** Elsewhere it is limited: AppContract. */
    @Test
    @Tag("ejb")
    @Tag("ejb-inherited-stops")
    void whatNoInterceptorSeesOfAnEnterpriseBean() {
        assertStops("inherited", "a default method of an interface");
    }

    @Test
    void aPortThatIsNotOne() {
        assertStops("bad-port", "given \"abc\"");
    }

    @Test
    void theTestKitWithoutATest() {
        assertStops("kit-by-mistake", "weir-testing in an application");
    }

    @Test
    @Tag("filters-stop")
    void jaxRsThatLoadsNoServices() {
        assertStops("no-services", "loadServices");
    }

    @Test
    @Tag("fragments")
    void aWebApplicationThatLeavesTheFiltersOut() {
        assertStops("no-filters", "absolute-ordering");
    }

    @Test
    @Tag("fragments")
    void aWebApplicationThatNamesTheFilters() throws Exception {
        deployer.deploy("with-filters");
        try {
            String port = System.getProperty("server.http.port");
            Client client =
                    new Client(URI.create("http://127.0.0.1:" + port + "/with-filters/").toURL());
            assertThat(client.get("p").statusCode()).isEqualTo(404);
            Answers.assertRefused(client.get("p"), 1);
        } finally {
            deployer.undeploy("with-filters");
        }
    }

    /** Servers tell the client of a deployment more or less; the rest is in their log. */
    private void assertStops(String deployment, String value) {
        ServerLog log = ServerLog.fromNow();
        Throwable failure = catchThrowable(() -> deployer.deploy(deployment));
        if (failure == null) {
            deployer.undeploy(deployment);
        }
        assertThat(failure).as("%s was deployed", deployment).isNotNull();
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertThat(text + log.text())
                .containsPattern("(?s)WEIR-\\d{3}.{0,300}" + Pattern.quote(value));
    }
}
