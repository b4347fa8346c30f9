package io.weir.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import org.junit.jupiter.api.Test;

/** Claims, as SmallRye JWT has them from a token: WildFly's implementation. */
class JwtClaimsTest {

    private static DefaultJWTCallerPrincipal user(String json) throws Exception {
        return new DefaultJWTCallerPrincipal(org.jose4j.jwt.JwtClaims.parse(json));
    }

    @Test
    void aClaimIsItsText() throws Exception {
        DefaultJWTCallerPrincipal user =
                user("{\"upn\":\"ann\",\"plan\":\"gold\",\"https://shop.example/plan\":\"free\"}");
        assertThat(JwtClaims.of(user, "plan")).contains("gold");
        assertThat(JwtClaims.of(user, "https://shop.example/plan")).contains("free");
        assertThat(JwtClaims.of(user, "upn")).contains("ann");
        assertThat(JwtClaims.of(user, "other")).isEmpty();
    }

    /** No name of a plan, so it is said as an unknown one. */
    @Test
    void whatIsNoTextIsNoPlan() throws Exception {
        DefaultJWTCallerPrincipal user = user("{\"plan\":[\"gold\"],\"other\":null}");
        assertThat(JwtClaims.of(user, "plan")).contains("[\"gold\"]");
        assertThat(JwtClaims.of(user, "other").filter("gold"::equals)).isEmpty();
    }

    @Test
    void whoHasNoTokenClaimsNothing() {
        assertThat(JwtClaims.of(() -> "ann", "plan")).isEmpty();
    }
}
