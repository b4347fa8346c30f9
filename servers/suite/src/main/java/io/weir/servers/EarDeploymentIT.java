package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** EARs whose deployment itself is the test. */
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
class EarDeploymentIT {

    @ArquillianResource Deployer deployer;

    @Deployment(name = "beans-only", managed = false, testable = false)
    static EnterpriseArchive beansOnly() {
        return Ears.withLibrary("beans-only");
    }

    @Deployment(name = "passed-over", managed = false, testable = false)
    static EnterpriseArchive passedOver() {
        return Ears.shared("passed-over");
    }

    @Deployment(name = "unseen", managed = false, testable = false)
    static EnterpriseArchive unseen() {
        return Ears.unseen("unseen");
    }

    @Deployment(name = "twice", managed = false, testable = false)
    static EnterpriseArchive twice() {
        return Ears.twice("twice");
    }

    /** No servlet edge tells the name, and no request comes. */
    @Test
    void beansWithoutAWebModule() {
        ServerLog log = ServerLog.fromNow();
        deployer.deploy("beans-only");
        try {
            String seen = "Boot of the EJB jar: admitted admitted refused admitted.";
            assertThat(log.awaits(seen, Duration.ofSeconds(10))).as(log.text()).isTrue();
            assertThat(log.awaits("Redis connected successfully", Duration.ofSeconds(10)))
                    .as(log.text())
                    .isTrue();
            assertThat(log.text()).doesNotContain("proxy");
            assertThat(SuiteRedis.keys("weir:beans-only:nodes")).isNotEmpty();
        } finally {
            deployer.undeploy("beans-only");
        }
    }

    /** Where nothing of a jar in the EAR's {@code lib} starts with a web module. */
    @Test
    @Tag("ear-lib-stops")
    void webModulesWithoutFilters() {
        assertThat(stopped("passed-over")).contains("WEIR-042");
        assertThat(stopped("twice")).contains("WEIR-042");
    }

    @Test
    void annotationsThatTheirClassCannotSee() {
        assertThat(stopped("unseen")).contains("WEIR-046").contains("Mails");
    }

    /** Where a web module takes classes of the EAR first, and CDI finds them in both archives. */
    @Test
    @Tag("ear-twice-stops")
    void theLibraryTwiceWhereItIsOneClass() {
        String stopped = stopped("twice");
        assertThat(stopped).contains("WEIR-054 Weir is there twice").contains("/WEB-INF/lib/weir");
        assertThat(stopped).doesNotContain("WELD-001");
    }

    /** Where a web module takes its own classes first, and is whole by itself. */
    @Test
    @Tag("ear-twice")
    void theLibraryTwiceWhereItIsTwoClasses() {
        deployer.deploy("twice");
        try {
            Client client = new Client(EarContract.url("twice-a"));
            for (String path : new String[] {"own", "page", "api/resource"}) {
                assertAdmitted(client.get(path), path.replaceFirst(".*/", ""));
                assertRefused(client.get(path), 1);
            }
        } finally {
            deployer.undeploy("twice");
        }
    }

    /** What is said of a deployment that must fail. */
    private String stopped(String deployment) {
        ServerLog log = ServerLog.fromNow();
        Throwable failure = catchThrowable(() -> deployer.deploy(deployment));
        if (failure == null) {
            deployer.undeploy(deployment);
        }
        assertThat(failure).as("it was deployed").isNotNull();
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text + log.text();
    }
}
