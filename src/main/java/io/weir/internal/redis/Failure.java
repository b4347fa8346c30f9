package io.weir.internal.redis;

import io.weir.internal.count.StoreUnavailableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisWaitException;

/**
 * Why Redis did not answer: it is away, a key is bad, or the configuration is wrong. The message is
 * for an operator, without keys and without the password.
 *
 * <p>Told by the words of Redis, because Redisson has no type for most of them, and an error inside
 * a script reaches the client wrapped in a message of the script engine. Without a cause:
 * Redisson's messages repeat commands, and with them whose key it was.
 */
final class Failure extends StoreUnavailableException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    enum Reason {
        /** Redis cannot serve us now. */
        AWAY,
        /** It will not before somebody changes a setting. */
        CONFIGURATION,
        /** Only this key is broken: another type, garbage, a part that was evicted. */
        BAD_KEY,
        /** It has not run this script yet, or has forgotten it. */
        UNKNOWN_SCRIPT
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

    Failure(Reason reason, Kind kind, String message) {
        super(kind, message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** For who knows what to do about one reason only. */
    void throwUnless(Reason known) throws Failure {
        if (reason != known) {
            throw this;
        }
    }

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
            texts.add("%s: %s".formatted(t.getClass().getSimpleName(), words(t)));
        }
        if (top instanceof LinkageError) {
            String text =
                    "%s do not fit together, or not to Weir: %s"
                            .formatted(
                                    RedissonCompatibility.versions(),
                                    shown(texts.get(0), password));
            return new Failure(Reason.CONFIGURATION, Kind.DENIED, text);
        }
        for (String text : texts) {
            for (Sign sign : CONFIGURATION) {
                if (text.contains(sign.words())) {
                    String refused =
                            "Redis refuses the configured access: %s (%s): %s"
                                    .formatted(
                                            sign.meaning(),
                                            setting(sign, settings),
                                            shown(text, password));
                    return new Failure(Reason.CONFIGURATION, Kind.DENIED, refused);
                }
            }
        }
        String all = String.join(" ", texts);
        // Exactly this type: its subclasses are all about the connection or the server.
        if (top.getClass() == RedisException.class
                && !contains(all, AWAY)
                && contains(all, BAD_KEY)) {
            // A script ends where it fails, after what it has written.
            String text = shown(texts.get(0), password);
            return new Failure(Reason.BAD_KEY, Kind.MAY_HAVE_COUNTED, text);
        }
        String root = texts.get(texts.size() - 1);
        String text =
                shown(texts.size() == 1 ? root : texts.get(0) + ", because of " + root, password);
        return new Failure(
                isUnknownScript(thrown) ? Reason.UNKNOWN_SCRIPT : Reason.AWAY,
                contains(text, DENIED)
                        ? Kind.DENIED
                        : mayHaveCounted(top, all) ? Kind.MAY_HAVE_COUNTED : Kind.NOT_COUNTED,
                text);
    }

    static boolean isUnknownScript(Throwable thrown) {
        return thrown instanceof RedisNoScriptException
                || thrown.getCause() instanceof RedisNoScriptException;
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
