package io.weir.servers;

import static io.weir.testing.WeirAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import java.time.Duration;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;

/** The test kit in an EAR. */
@WeirTest
abstract class KitEarContract {

    @ArquillianResource WeirClock clock;
    @ArquillianResource LimitsUnderTest limits;

    private final String ear;

    KitEarContract(String ear) {
        this.ear = ear;
    }

    @Test
    void itMovesTheTimeOfAllModules() {
        Client first = new Client(EarContract.url(ear + "-a"));
        Client second = new Client(EarContract.url(ear + "-b"));
        assertThat(first.get("page").statusCode()).isEqualTo(200);
        assertThat(first.get("page").statusCode()).isEqualTo(429);
        assertThat(second.get("page").statusCode()).isEqualTo(200);
        assertThat(second.get("page").statusCode()).isEqualTo(200);
        assertThat(second.get("page").statusCode()).isEqualTo(429);
        clock.advance(Duration.ofMinutes(1));
        assertThat(first.get("page").statusCode()).isEqualTo(200);
        assertThat(first.get("page").statusCode()).isEqualTo(429);
        assertThat(second.get("page").statusCode()).isEqualTo(200);
        assertThat(limits.of("by_hand")).admits(1);
        assertThat(limits.of("only_own")).admits(2).thenRefuses();
        assertThat(limits.of("only_second")).admits(2).thenRefuses();
    }
}
