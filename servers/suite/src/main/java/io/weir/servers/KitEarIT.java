package io.weir.servers;

import static io.weir.testing.WeirAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test kit beside the library in the {@code lib} of an EAR: one clock for all its modules. */
@WeirTest
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
@Tag("ear-lib")
class KitEarIT {

    @ArquillianResource WeirClock clock;
    @ArquillianResource LimitsUnderTest limits;

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Ears.shared("kit-ear");
    }

    @Test
    void oneClockForAllModules() {
        Client first = new Client(EarContract.url("kit-ear-a"));
        Client second = new Client(EarContract.url("kit-ear-b"));
        assertThat(first.get("page").statusCode()).isEqualTo(200);
        assertThat(first.get("page").statusCode()).isEqualTo(429);
        assertThat(second.get("page").statusCode()).isEqualTo(200);
        assertThat(second.get("page").statusCode()).isEqualTo(200);
        assertThat(second.get("page").statusCode()).isEqualTo(429);
        clock.advance(Duration.ofMinutes(1));
        assertThat(first.get("page").statusCode()).isEqualTo(200);
        assertThat(second.get("page").statusCode()).isEqualTo(200);
        assertThat(limits.of("by_hand")).admits(1);
    }
}
