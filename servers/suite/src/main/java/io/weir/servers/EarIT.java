package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The library in the EAR's {@code lib}: it limits each web module, and the EAR itself. */
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
@Tag("ear-lib")
class EarIT extends EarContract {

    EarIT() {
        super("shared-ear");
    }

    @Deployment(testable = false)
    static EnterpriseArchive shared() {
        return Ears.shared("shared-ear");
    }

    /** Of the EAR, whichever web module calls, and of the client of its request. */
    @ParameterizedTest
    @ValueSource(strings = {"mails", "orders"})
    void anEjbJar(String bean) {
        int permits = bean.equals("mails") ? 3 : 2;
        for (int i = 0; i < permits; i++) {
            String web = i % 2 == 0 ? "shared-ear-a" : "shared-ear-b";
            assertThat(at(web, "call/" + bean).statusCode()).as(bean).isEqualTo(200);
        }
        assertRefused(caller.get("call/" + bean), permits);
        assertRefused(at("shared-ear-b", "call/" + bean), permits);
        assertThat(new Client(url("shared-ear-a")).get("call/" + bean).statusCode()).isEqualTo(200);
    }

    @Test
    void anEjbJarThatAsksByHand() {
        for (int i = 0; i < 3; i++) {
            String web = i % 2 == 0 ? "shared-ear-a" : "shared-ear-b";
            assertAdmitted(at(web, "call/orders/hand"), "yes");
        }
        assertAdmitted(caller.get("call/orders/hand"), "no");
        assertAdmitted(new Client(url("shared-ear-a")).get("call/orders/hand"), "yes");
    }

    /** Of the web module whose request it is. */
    @Test
    void aSharedBean() {
        assertAdmitted(caller.get("call/shared"), "shared");
        assertRefused(caller.get("call/shared"), 1);
        assertAdmitted(at("shared-ear-b", "call/shared"), "shared");
        assertRefused(at("shared-ear-b", "call/shared"), 1);
    }

    @Test
    void aSharedBeanThatAsksByHand() {
        assertAdmitted(caller.get("call/shared/hand"), "yes");
        assertAdmitted(caller.get("call/shared/hand"), "no");
        assertAdmitted(at("shared-ear-b", "call/shared/hand"), "yes");
        assertAdmitted(at("shared-ear-b", "call/shared/hand"), "yes");
        assertAdmitted(at("shared-ear-b", "call/shared/hand"), "no");
    }

    @Test
    void namesInRedis() {
        Client client = new Client(url("shared-ear-a"));
        assertAdmitted(client.get("call/mails"), "mail");
        assertThat(SuiteRedis.keys("*weir:shared-ear:mails:{" + client.address())).isNotEmpty();
        assertAdmitted(client.get("call/shared"), "shared");
        assertThat(SuiteRedis.keys("*weir:shared-ear-a:shared:{" + client.address())).isNotEmpty();
    }
}
