package io.weir.internal.observe;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a key is called in the log: only who knows the key can tell. Stateless. */
final class KeyDigits {

    private static final int DIGITS = 16;

    private KeyDigits() {}

    /**
     * The beginning of the SHA-256 of the name in Redis, up to its last brace.
     *
     * @param application the application's name
     * @param policy whose key
     * @param key the key
     * @return 16 hexadecimal digits
     */
    static String of(String application, Policy policy, Key key) {
        String name = "weir:" + Key.escape(application) + ":" + SharedCounts.name(policy, key);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
