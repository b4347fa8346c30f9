package io.weir.servers;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The library in the {@code WEB-INF/lib} of each web module. */
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
class EarOfWarsIT extends EarContract {

    EarOfWarsIT() {
        super("each-ear");
    }

    @Deployment(testable = false)
    static EnterpriseArchive each() {
        return Ears.each("each-ear");
    }
}
