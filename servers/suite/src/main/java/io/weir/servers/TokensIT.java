package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;

import io.weir.servers.tokens.TokensApi;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The plan that a user's token claims, as the server reads it. */
@ExtendWith(ArquillianExtension.class)
@Tag("tokens")
class TokensIT {

    private static final KeyPair KEYS = keys();

    @ArquillianResource URL url;

    @Deployment(testable = false)
    static WebArchive war() {
        String key = Base64.getEncoder().encodeToString(KEYS.getPublic().getEncoded());
        return Wars.empty(
                        "tokens",
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.plans = free, gold",
                        "weir.policy.member.plan = claim:plan",
                        "weir.plan.gold.policy.member.limit = 3/min",
                        "weir.plan.free.policy.member.limit = 2/min")
                .addPackage(TokensApi.class.getPackage())
                .addAsResource(
                        new StringAsset(
                                "mp.jwt.verify.issuer=https://shop.example\nmp.jwt.verify.publickey="
                                        + key),
                        "META-INF/microprofile-config.properties");
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String encoded(byte[] part) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(part);
    }

    private static String token(String user, String claims) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String body =
                "{\"iss\":\"https://shop.example\",\"sub\":\"%1$s\",\"upn\":\"%1$s\",\"jti\":\"%1$s\",\"iat\":%2$s,\"exp\":%3$s,\"groups\":[\"member\"]%4$s}"
                        .formatted(user, now, now + 600, claims);
        String text =
                encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                        + "."
                        + encoded(body.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(KEYS.getPrivate());
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        return text + "." + encoded(signature.sign());
    }

    private HttpResponse<String> ask(Client client, String token) {
        return client.send(
                client.request("api/member").header("Authorization", "Bearer " + token).GET());
    }

    private void assertAdmits(int permits, String token) {
        Client client = new Client(url);
        for (int i = 0; i < permits; i++) {
            assertAdmitted(ask(client, token), "member");
        }
        assertRefused(ask(client, token), permits);
    }

    @Test
    void eachHasThePlanThatHisTokenClaims() throws Exception {
        assertAdmits(3, token("ada", ",\"plan\":\"gold\""));
        assertAdmits(2, token("bob", ",\"plan\":\"free\""));
        assertAdmits(1, token("cleo", ""));
        assertAdmits(1, token("dan", ",\"plan\":\"platinum\"")); // nobody has declared it
    }

    @Test
    void whoHasNoTokenHasNoPlan() {
        Client client = new Client(url);
        assertAdmitted(client.get("api/member"), "member");
        assertRefused(client.get("api/member"), 1);
    }
}
