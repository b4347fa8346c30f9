package io.weir.internal.redis;

import io.weir.internal.count.StoreDeniedException;
import io.weir.internal.count.StoreUnavailableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisWaitException;

/**
 * Tells the three classes of failure apart: Redis is away, a key is bad, the configuration is
 * wrong.
 *
 * <p>By the words of Redis, because Redisson has no type for most of them, and an error inside a
 * script reaches the client wrapped in a message of the script engine.
 *
 * @param kind which class
 * @param text for an operator, without keys and without the password
 * @param mayHaveCounted false if the command was certainly not executed, and never will be
 */
record Failure(Kind kind, String text, boolean mayHaveCounted) {

    enum Kind {
        /** Redis cannot serve us now. */
        AWAY,
        /** It will not before somebody changes a setting. */
        CONFIGURATION,
        /** Only this key is broken. */
        BAD_KEY
    }

    /** Words of refusals, what they mean, and the setting it is about. */
    private record Sign(String words, String meaning, String setting) {}

    private static final String PASSWORD = "weir.redis.password";
    private static final String USER = "weir.redis.username";
    private static final String ADDRESS = "weir.redis.url";

    private static final List<Sign> CONFIGURATION =
            List.of(
                    new Sign("NOAUTH", "it wants a password", PASSWORD),
                    new Sign("WRONGPASS", "user or password is wrong", PASSWORD),
                    new Sign("invalid password", "user or password is wrong", PASSWORD),
                    new Sign("AUTH <password> called without any", "it has no password", PASSWORD),
                    new Sign("NOPERM", "the user lacks a right", USER),
                    new Sign("The user executing the script", "the user lacks a right", USER),
                    new Sign("ACL failure in script", "the user lacks a right", USER),
                    new Sign("DB index is out of range", "it has not that database", ADDRESS),
                    new Sign("NotSslRecordException", "it speaks no TLS: redis://", ADDRESS),
                    new Sign("answers without TLS", "it speaks no TLS: redis://", ADDRESS),
                    new Sign("answers with TLS", "it wants TLS: rediss://", ADDRESS),
                    new Sign("PKIX path", "its certificate is not trusted here", ADDRESS),
                    new Sign("CertificateException", "its certificate is not good", ADDRESS),
                    new Sign("SSLHandshakeException", "TLS cannot be agreed on", ADDRESS));

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

    /** Words of states in which Redis goes on reading. */
    private static final List<String> DENIED = List.of("OOM ", "READONLY", "MISCONF", "NOREPLICAS");

    private static final List<String> BAD_KEY =
            List.of("WRONGTYPE", "user_script", "Error running script");

    /**
     * Classifies what Redisson threw.
     *
     * @param thrown what was thrown
     * @param settings what it was tried with; the password is never shown
     * @return the failure
     */
    static Failure of(Throwable thrown, RedisSettings settings) {
        String password = settings.password().orElse(null);
        Throwable top = thrown;
        while ((top instanceof ExecutionException || top instanceof CompletionException)
                && top.getCause() != null) {
            top = top.getCause();
        }
        List<String> texts = new ArrayList<>();
        for (Throwable t = top; t != null && texts.size() < 10; t = t.getCause()) {
            texts.add(t.getClass().getSimpleName() + ": " + words(t));
        }
        if (top instanceof LinkageError) {
            return new Failure(
                    Kind.CONFIGURATION,
                    RedissonCompatibility.versions()
                            + " do not fit together, or not to Weir: "
                            + shown(texts.get(0), password),
                    false);
        }
        String all = String.join(" ", texts);
        for (String text : texts) {
            for (Sign sign : CONFIGURATION) {
                if (text.contains(sign.words())) {
                    return new Failure(
                            Kind.CONFIGURATION,
                            "Redis refuses the configured access: "
                                    + sign.meaning()
                                    + (" (" + setting(sign, settings) + "): ")
                                    + shown(text, password),
                            false);
                }
            }
        }
        // Exactly this type: its subclasses are all about the connection or the server.
        if (top.getClass() == RedisException.class
                && !contains(all, AWAY)
                && contains(all, BAD_KEY)) {
            // A script ends where it fails, after what it has written.
            return new Failure(Kind.BAD_KEY, shown(texts.get(0), password), true);
        }
        String root = texts.get(texts.size() - 1);
        String text = texts.size() == 1 ? root : texts.get(0) + ", because of " + root;
        return new Failure(Kind.AWAY, shown(text, password), mayHaveCounted(top, all));
    }

    private static boolean mayHaveCounted(Throwable top, String all) {
        for (Throwable t = top; t != null; t = t.getCause()) {
            if (isCertain(t)) {
                return false;
            }
        }
        return top.getClass() != RedisException.class || !contains(all, AWAY);
    }

    /**
     * Redisson's subclasses are about commands that have not left (no connection, not written) or
     * were answered with an error, but for a few; a lost connection is the class itself, as is an
     * error that Redis met within a script.
     */
    private static boolean isCertain(Throwable thrown) {
        if (thrown instanceof RedisResponseTimeoutException
                || thrown instanceof RedisReconnectedException
                || thrown instanceof RedisWaitException) {
            return false;
        }
        return thrown instanceof ConnectException
                || thrown instanceof UnknownHostException
                || (thrown instanceof RedisException && thrown.getClass() != RedisException.class);
    }

    /** Without a cause: Redisson's messages repeat commands, and with them whose key it was. */
    StoreUnavailableException unavailable() {
        boolean denied = kind == Kind.CONFIGURATION || contains(text, DENIED);
        return denied
                ? new StoreDeniedException(text)
                : new StoreUnavailableException(text, null, mayHaveCounted);
    }

    private static String setting(Sign sign, RedisSettings settings) {
        return switch (settings.topology()) {
            case FILE -> "the file of weir.redis.config";
            case BEAN -> "the application's RedissonClient";
            default -> sign.setting();
        };
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
