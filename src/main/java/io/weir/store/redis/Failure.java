package io.weir.store.redis;

import io.weir.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;

/**
 * Tells the three classes of failure apart: Redis is away, a key is bad, the configuration is
 * wrong.
 *
 * <p>By the words of Redis, because Redisson has no type for most of them, and an error inside a
 * script reaches the client wrapped in a message of the script engine.
 *
 * @param kind which class
 * @param text for an operator, without keys and without the password
 */
record Failure(Kind kind, String text) {

    enum Kind {
        /** Redis cannot serve us now. */
        AWAY,
        /** It will not before somebody changes a setting. */
        CONFIGURATION,
        /** Only this key is broken. */
        BAD_KEY
    }

    private static final List<String> CONFIGURATION =
            List.of(
                    "NOAUTH",
                    "WRONGPASS",
                    "NOPERM",
                    "The user executing the script", // Redis 6
                    "ACL failure in script", // Redis 7
                    "AUTH <password> called without any password",
                    "invalid password",
                    "DB index is out of range",
                    "SSLHandshakeException",
                    "NotSslRecordException",
                    "PKIX path",
                    "CertificateException");

    /** Words of states in which no script can work, which must not be taken for a bad key. */
    private static final List<String> AWAY =
            List.of(
                    "OOM ",
                    "READONLY",
                    "LOADING",
                    "MASTERDOWN",
                    "CLUSTERDOWN",
                    "MISCONF",
                    "NOREPLICAS",
                    "BUSY",
                    "NOSCRIPT",
                    "TRYAGAIN");

    private static final List<String> BAD_KEY =
            List.of("WRONGTYPE", "user_script", "Error running script");

    /**
     * Classifies what Redisson threw.
     *
     * @param thrown what was thrown
     * @param password the password, never shown
     * @return the failure
     */
    static Failure of(Throwable thrown, @Nullable String password) {
        Throwable top = thrown;
        while ((top instanceof ExecutionException || top instanceof CompletionException)
                && top.getCause() != null) {
            top = top.getCause();
        }
        List<String> texts = new ArrayList<>();
        for (Throwable t = top; t != null && texts.size() < 10; t = t.getCause()) {
            texts.add(t.getClass().getSimpleName() + ": " + words(t));
        }
        String all = String.join(" ", texts);
        for (String text : texts) {
            if (contains(text, CONFIGURATION)) {
                return new Failure(
                        Kind.CONFIGURATION,
                        "Redis refuses the configured access: " + shown(text, password));
            }
        }
        // Exactly this type: its subclasses are all about the connection or the server.
        if (top.getClass() == RedisException.class
                && !contains(all, AWAY)
                && contains(all, BAD_KEY)) {
            return new Failure(Kind.BAD_KEY, shown(texts.get(0), password));
        }
        String root = texts.get(texts.size() - 1);
        String text = texts.size() == 1 ? root : texts.get(0) + ", because of " + root;
        return new Failure(Kind.AWAY, shown(text, password));
    }

    /** Without a cause: Redisson's messages repeat commands, and with them whose key it was. */
    StoreUnavailableException unavailable() {
        return new StoreUnavailableException(text, null);
    }

    private static boolean contains(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }

    /** Behind these words Redisson repeats the command: the script, and whose key it was. */
    private static String words(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        for (String tail :
                List.of(". channel:", ", command:", " command:", ", params:", " Node source")) {
            int at = message.indexOf(tail);
            if (at >= 0) {
                message = message.substring(0, at);
            }
        }
        return message;
    }

    private static String shown(String text, @Nullable String password) {
        return password == null || password.isEmpty() ? text : text.replace(password, "***");
    }
}
