package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.Api;
import io.weir.servers.app.CatchAllMapper;
import io.weir.servers.app.Order;
import io.weir.servers.app.OrderReader;
import io.weir.servers.app.PlainResource;
import java.net.URL;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The jar and one annotation, with no descriptor and no settings at all: on a server that finds no
 * beans in {@code WEB-INF/classes} then, the limit of a JAX-RS method holds all the same.
 */
@ExtendWith(ArquillianExtension.class)
class ZeroDescriptorsIT {

    @ArquillianResource URL url;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.bare("zero")
                .addClasses(Api.class, PlainResource.class)
                .addClasses(Order.class, OrderReader.class, CatchAllMapper.class);
    }

    @Test
    void theJarAndOneAnnotation() {
        Client client = new Client(url);
        HttpResponse<String> first = client.get("api/plain");
        assertAdmitted(first, "plain");
        // By default the fields go with refusals, and nobody's word for an address is taken.
        assertThat(first.headers().map()).doesNotContainKeys("RateLimit", "RateLimit-Policy");
        assertAdmitted(new Client(url).get("api/plain"), "plain");
        Answers.assertRefused(new Client(url).get("api/plain"), 2);
    }
}
