package io.weir.servers;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test kit beside the library in each web module: they move together. */
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
class KitEarOfWarsIT extends KitEarContract {

    KitEarOfWarsIT() {
        super("kit-wars");
    }

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Ears.each("kit-wars");
    }
}
