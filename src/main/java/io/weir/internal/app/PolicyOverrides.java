package io.weir.internal.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.internal.count.SharedOverride;
import io.weir.internal.count.Ticker;
import io.weir.internal.policy.PolicyOverride;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What operators have set for a while: put in force here, ended here by this node's clock, told to
 * the other nodes and heard from them. What was cleared is remembered until it would have ended, or
 * a node that has not heard of it would bring it back. Thread-safe.
 */
final class PolicyOverrides {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final PolicyRegistry policies;
    private final Ticker ticker;
    private final Runnable onNews;

    /** Held by who puts something in force, which may take as long as settings are read. */
    private final Object applying = new Object();

    /** Guarded by this, for a moment only: the heartbeat waits for it. */
    private final Map<String, Held> held = new LinkedHashMap<>();

    /**
     * The override of one policy.
     *
     * @param override null: it was cleared
     * @param version a later one has a larger one
     * @param ends by the ticker
     * @param isNew whether the other nodes have not confirmed it
     * @param applied whether the policy has it; some policies are found late
     */
    private record Held(
            @Nullable PolicyOverride override,
            long version,
            long ends,
            boolean isNew,
            boolean applied) {}

    /**
     * Begins without overrides.
     *
     * @param onNews told when there is something for {@link #look}; must not wait
     */
    PolicyOverrides(PolicyRegistry policies, Ticker ticker, Runnable onNews) {
        this.policies = policies;
        this.ticker = ticker;
        this.onNews = onNews;
    }

    /**
     * Sets an override.
     *
     * @throws IllegalArgumentException if it is wrong, or nobody declares the policy
     */
    void set(String policy, PolicyOverride override, Duration lasts) {
        synchronized (applying) {
            Problems problems = new Problems();
            policies.override(policy, override, problems);
            if (problems.areErrors()) {
                throw new IllegalArgumentException(String.join("\n", problems.texts()));
            }
            put(policy, override, ticker.nanoTime() + lasts.toNanos());
        }
    }

    /** Clears an override; false if there is none. */
    boolean clear(String policy) {
        synchronized (applying) {
            Held known = held(policy);
            if (known == null || known.override() == null) {
                return false;
            }
            policies.override(policy, null, new Problems());
            put(policy, null, known.ends());
            return true;
        }
    }

    private synchronized void put(String policy, @Nullable PolicyOverride override, long ends) {
        Held known = held.get(policy);
        long version = known == null ? 1 : known.version() + 1;
        held.put(policy, new Held(override, version, ends, true, true));
    }

    private synchronized @Nullable Held held(String policy) {
        return held.get(policy);
    }

    /**
     * Ends overrides whose time is over, and puts in force those that other nodes have told of. May
     * wait for a thread that reads settings.
     */
    void look() {
        synchronized (applying) {
            Map<String, Held> todo = new LinkedHashMap<>();
            long now = ticker.nanoTime();
            synchronized (this) {
                held.forEach(
                        (policy, one) -> {
                            if (!one.applied() || one.ends() - now <= 0) {
                                todo.put(policy, one);
                            }
                        });
            }
            todo.forEach((policy, one) -> look(policy, one, one.ends() - now <= 0));
        }
    }

    private void look(String policy, Held one, boolean isOver) {
        Problems problems = new Problems();
        boolean applied = true;
        try {
            policies.override(policy, isOver ? null : one.override(), problems);
        } catch (IllegalArgumentException e) {
            applied = false; // nobody declares it, or not yet
        }
        problems.texts().forEach(p -> LOG.log(WARNING, "An override is not in force here: {0}", p));
        synchronized (this) {
            if (isOver) {
                held.remove(policy, one);
            } else if (applied) {
                held.replace(
                        policy,
                        one,
                        new Held(one.override(), one.version(), one.ends(), one.isNew(), true));
            }
        }
        if (isOver && one.override() != null) {
            LOG.log(INFO, "The override of {0} has ended", policy);
        }
    }

    /** How two sides exchange what they know. */
    @FunctionalInterface
    interface Exchange<E extends Exception> {
        List<SharedOverride> with(List<SharedOverride> known) throws E;
    }

    /** Tells what is known, and takes up what comes back. One thread at a time. */
    <E extends Exception> void exchange(Exchange<E> others) throws E {
        Map<String, Held> told = new HashMap<>();
        List<SharedOverride> known = new ArrayList<>();
        synchronized (this) {
            told.putAll(held);
            long now = ticker.nanoTime();
            held.values().removeIf(one -> one.override() == null && one.ends() - now <= 0);
            held.forEach(
                    (policy, one) -> {
                        if (one.ends() - now > 0) {
                            known.add(
                                    new SharedOverride(
                                            policy,
                                            one.version(),
                                            Duration.ofNanos(one.ends() - now),
                                            one.isNew(),
                                            text(one.override())));
                        }
                    });
        }
        List<SharedOverride> heard = others.with(known);
        boolean news = false;
        synchronized (this) {
            for (SharedOverride one : heard) {
                news |= take(one, told.get(one.policy()));
            }
        }
        if (news) {
            onNews.run();
        }
    }

    /** Whether it is to be put in force. */
    private boolean take(SharedOverride heard, @Nullable Held told) {
        Held mine = held.get(heard.policy());
        boolean isMine = mine != null && mine == told && text(mine.override()).equals(heard.text());
        if (mine != null && !isMine && (mine.isNew() || mine.version() >= heard.version())) {
            return false; // set here since, or known to be later
        }
        if (mine != null && isMine) {
            held.put(
                    heard.policy(),
                    new Held(mine.override(), heard.version(), mine.ends(), false, mine.applied()));
            return false;
        }
        long ends = ticker.nanoTime() + heard.left().toNanos();
        Held taken = new Held(override(heard.text()), heard.version(), ends, false, false);
        held.put(heard.policy(), taken);
        if (mine != null || taken.override() != null) {
            LOG.log(
                    INFO,
                    "Another node has told of an override: {0}, {1}",
                    heard.policy(),
                    taken.override() == null ? "cleared" : taken.override().origin());
        }
        return true;
    }

    /** What holds for a policy, in words; empty: nothing. */
    synchronized Optional<String> of(String policy) {
        Held known = held.get(policy);
        long now = ticker.nanoTime();
        return known == null || known.override() == null || known.ends() - now <= 0
                ? Optional.empty()
                : Optional.of(
                        words(known.override())
                                + ", by "
                                + known.override().origin().replaceFirst("^override by ", "")
                                + ", ends in "
                                + Duration.ofSeconds(
                                        Duration.ofNanos(known.ends() - now).toSeconds() + 1));
    }

    /** Whether all nodes know of what is set for a policy. */
    synchronized boolean isShared(String policy) {
        Held known = held.get(policy);
        return known == null || !known.isNew();
    }

    static String words(PolicyOverride override) {
        String limit = override.limit().isEmpty() ? "" : "limit " + override.limit();
        String mode = override.mode().isEmpty() ? "" : "mode " + override.mode();
        return limit + (limit.isEmpty() || mode.isEmpty() ? "" : ", ") + mode;
    }

    /** Lines: limit, mode, origin. */
    private static String text(@Nullable PolicyOverride override) {
        return override == null
                ? ""
                : override.limit() + "\n" + override.mode() + "\n" + override.origin();
    }

    private static @Nullable PolicyOverride override(String text) {
        String[] lines = text.split("\n", 3);
        return lines.length < 3 ? null : new PolicyOverride(lines[0], lines[1], lines[2]);
    }
}
