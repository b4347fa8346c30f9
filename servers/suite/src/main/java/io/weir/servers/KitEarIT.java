package io.weir.servers;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test kit beside the library in the {@code lib} of an EAR: one clock for all its modules. */
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
@Tag("ear-lib")
class KitEarIT extends KitEarContract {

    KitEarIT() {
        super("kit-ear");
    }

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Ears.shared("kit-ear");
    }
}
