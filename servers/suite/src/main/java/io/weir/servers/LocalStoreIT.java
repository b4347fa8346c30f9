package io.weir.servers;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The application without Redis. */
class LocalStoreIT extends AppContract {

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.app("local");
    }

    @Override
    String store() {
        return "LOCAL";
    }
}
