package io.weir;

import jakarta.ejb.ApplicationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A call was refused. Thrown by methods under {@link RateLimited}; the HTTP edges answer it with
 * 429 (503 for {@link Decision.Unavailable}, 403 for {@link Decision.Denied}). Its message is a
 * sentence for the person who called, with the wait: where there are no such edges (SOAP, GraphQL,
 * remote EJBs), that is what arrives.
 *
 * <p>Without a stack trace: it is an answer, not a fault, and an attacker could make it often. An
 * {@link ApplicationException}, so that EJB containers do not wrap it, and roll back: who is told
 * 429 has done nothing, as with {@code @Transactional}, which rolls back for it, too. Serializable
 * with all it carries, for callers in another JVM.
 *
 * @serial exclude
 */
@ApplicationException(rollback = true)
public class RateLimitExceededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The largest Integer of a Structured Field (RFC 9651, section 3.3.1): 15 digits. */
    private static final long MOST = 999_999_999_999_999L;

    // Transient, because the ORB of Open Liberty looks into all others, and cannot see records.
    private final transient Policy policy;
    private final transient Decision decision;

    /**
     * Tells which policy refused, and how.
     *
     * @param policy the policy that refused
     * @param decision the refusal, never {@link Decision.Admitted}
     */
    public RateLimitExceededException(Policy policy, Decision decision) {
        super(null, null, false, false);
        if (decision instanceof Decision.Admitted) {
            throw new IllegalArgumentException("an admission is no refusal");
        }
        this.policy = policy;
        this.decision = decision;
    }

    /**
     * The policy that refused.
     *
     * @return the policy
     */
    public Policy policy() {
        return policy;
    }

    /**
     * The refusal.
     *
     * @return refused, impossible, denied or unavailable
     */
    public Decision decision() {
        return decision;
    }

    /**
     * How long to wait, as {@code Retry-After} says it: in whole seconds, rounded up, and not
     * longer than it takes the limits to be as good as new; twice as long where operations are
     * {@link CountWhen#SETTLED settled}, and a debt may be as large as the limit.
     *
     * @return at least 1; empty where no wait helps
     */
    public OptionalLong retryAfter() {
        if (decision instanceof Decision.Refused refused) {
            Duration wait = refused.retryAfter();
            Duration cap = policy.fullAfter().multipliedBy(mayOwe() ? 2 : 1);
            return OptionalLong.of(wholeSeconds(wait.compareTo(cap) < 0 ? wait : cap));
        }
        // How long an outage lasts has nothing to do with the limits: that wait is not capped.
        return decision instanceof Decision.Unavailable unavailable
                ? OptionalLong.of(wholeSeconds(unavailable.retryAfter()))
                : OptionalLong.empty();
    }

    private boolean mayOwe() {
        return policy.conduct().countWhen() == CountWhen.SETTLED;
    }

    /**
     * What a person who called may read: what was too much, and how long to wait.
     *
     * @return a sentence in English
     */
    @Override
    public String getMessage() {
        return sentence(decision, retryAfter());
    }

    /** With the name of the policy, for logs. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message is not for logs
    public String toString() {
        return getClass().getName() + ": " + policy.wireName() + ": " + getMessage();
    }

    /**
     * Serialized by Java itself: what some servers copy the exceptions of remote EJBs with (JBoss
     * Marshalling) cannot copy a list that is in a record.
     */
    private Object writeReplace() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(policy);
            out.writeObject(decision);
        }
        return new Written(bytes.toByteArray());
    }

    private static final class Written implements Serializable {

        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        Written(byte[] bytes) {
            this.bytes = bytes;
        }

        private Object readResolve() throws IOException, ClassNotFoundException {
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
                return new RateLimitExceededException(
                        (Policy) in.readObject(), (Decision) in.readObject());
            }
        }
    }

    private static long wholeSeconds(Duration wait) {
        long seconds = Math.min(wait.getSeconds(), MOST);
        boolean more = wait.getNano() > 0 && seconds < MOST;
        return Math.max(1, more ? seconds + 1 : seconds);
    }

    private static String sentence(Decision decision, OptionalLong retryAfter) {
        if (decision instanceof Decision.Denied) {
            return "Requests from your network are not accepted here.";
        }
        if (retryAfter.isEmpty()) {
            return "This request asks for more at once than its rate limit ever allows. Ask for"
                    + " less.";
        }
        return (decision instanceof Decision.Unavailable
                        ? "The service is temporarily at reduced capacity."
                        : "You sent too many requests.")
                + " Try again in "
                + text(retryAfter.getAsLong())
                + ".";
    }

    /** A wait for a person to read: never shorter than the seconds, in a unit of their size. */
    private static String text(long seconds) {
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds <= 120) {
            return seconds + " seconds";
        }
        long minutes = (seconds + 59) / 60;
        if (minutes <= 120) {
            return minutes + " minutes";
        }
        long hours = (seconds + 3_599) / 3_600;
        return hours <= 48 ? hours + " hours" : (hours + 23) / 24 + " days";
    }
}
