package io.weir.internal.app;

import static java.lang.System.Logger.Level.INFO;

import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.observe.DecisionMonitor;
import io.weir.internal.operator.Explanation;
import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Overview;
import io.weir.internal.operator.Question;
import io.weir.internal.policy.PolicyOverride;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may do to one limiter.
 *
 * @param addresses of its own: nothing is to be warned of what an operator asks
 */
record LimiterOperator(
        Requirements requirements,
        CountingStore store,
        LimiterStatus status,
        ClientAddresses addresses,
        RequestExplainer explainer,
        PolicyOverrides overrides,
        @Nullable RedisSetup shared,
        DecisionMonitor monitor,
        OutageCounters outages,
        Collection<String> findings,
        BackgroundThread housekeeping)
        implements Operator {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    private PolicyRegistry policies() {
        return requirements.policies();
    }

    @Override
    public Overview overview() {
        Set<String> declared =
                policies().all().stream().map(Policy::name).collect(Collectors.toSet());
        List<Overview.PolicyView> views =
                monitor.counts().stream()
                        .map(counts -> view(counts, declared.contains(counts.policy())))
                        .sorted(Comparator.comparing(Overview.PolicyView::name))
                        .toList();
        return new Overview(
                monitor.application(),
                shared == null ? "" : shared.node(),
                RequestExplainer.word(status.store()),
                shared != null,
                status.degraded(),
                status.since().toSeconds(),
                status.nodes(),
                status.clockSkew().map(skew -> String.valueOf(skew.toMillis())).orElse(""),
                outages.losses(),
                outages.decisions(OutageCounters.Reason.DEADLINE),
                store.size(),
                views,
                monitor.topRefused(),
                List.copyOf(findings));
    }

    private Overview.PolicyView view(DecisionMonitor.Counts counts, boolean isDeclared) {
        String name = counts.policy();
        Policy policy = isDeclared ? policies().find(name).get() : null;
        return new Overview.PolicyView(
                name,
                policy == null ? "" : RequestExplainer.word(policy.mode()),
                policy == null ? "" : PolicyOverride.limitOf(policy),
                policy == null ? "" : policies().describeNow(name),
                overrides.of(name).orElse(""),
                counts.admitted(),
                counts.refused(),
                counts.wouldRefuse(),
                counts.denied(),
                counts.nearLimit(),
                counts.candidate());
    }

    @Override
    public Optional<String> setting(String name) {
        return requirements.settings().text(name);
    }

    @Override
    public void watch(Duration pause, Runnable task) {
        monitor.watchRefused();
        housekeeping.every(pause, task);
        housekeeping.every(MINUTE, monitor::age);
    }

    @Override
    public Map<String, String> exchange(String text) {
        return shared == null || status.degraded() ? Map.of() : shared.tallies(text);
    }

    @Override
    public Explanation explain(Question question) {
        return explainer.explain(question);
    }

    @Override
    public List<Explanation.Left> peek(String policy, String key) {
        return RequestExplainer.left(store.peek(policies().find(policy).get(), key(key)));
    }

    @Override
    public Done reset(String policy, String key, String who) {
        LivePolicy live = policies().find(policy);
        Policy declared = live.get();
        Key read = key(key);
        Done done;
        try {
            live.terms().reset(store, declared, read);
            boolean alone = status.store() == DecidedBy.LOCAL && !status.degraded();
            done =
                    new Done(
                            true,
                            alone
                                    ? "reset; there is this node only"
                                    : "reset on all nodes, within a second");
        } catch (StoreUnavailableException e) {
            done =
                    new Done(
                            false,
                            "reset on this node; on the others when Redis is back, as Redis could"
                                    + " not be reached");
        }
        LOG.log(
                INFO,
                "Operator {0}: policy {1}, key {2} {3}",
                line(who),
                policy,
                monitor.digits(declared, read),
                done.says());
        return done;
    }

    @Override
    public Done override(String policy, String limit, String mode, String lasts, String who) {
        Duration time =
                PolicyOverride.duration(lasts)
                        .filter(d -> d.compareTo(SHORTEST) >= 0 && d.compareTo(LONGEST) <= 0)
                        .orElseThrow(() -> refuse("for " + Problems.quote(lasts)));
        if (limit.isBlank() && mode.isBlank()) {
            throw refuse("neither limit nor mode");
        }
        PolicyOverride override =
                new PolicyOverride(line(limit), line(mode), "override by " + line(who));
        overrides.set(policy, override, time);
        String what = PolicyOverrides.words(override) + " for " + line(lasts);
        return told(policy, what, who);
    }

    @Override
    public Done clear(String policy, String who) {
        policies().find(policy);
        if (!overrides.clear(policy)) {
            throw new IllegalArgumentException("there is no override of " + policy);
        }
        return told(policy, "override cleared", who);
    }

    private Done told(String policy, String what, String who) {
        Done done;
        if (shared == null) {
            done = new Done(true, what + "; without Redis it ends with this process");
        } else {
            boolean asked = shared.exchangeNow();
            done =
                    asked && overrides.isShared(policy)
                            ? new Done(true, what + "; on all nodes, within a second")
                            : new Done(
                                    false,
                                    what
                                            + "; on this node, and on the others when Redis is back,"
                                            + " as Redis could not be reached");
        }
        LOG.log(INFO, "Operator {0}: policy {1}, {2}", line(who), policy, done.says());
        return done;
    }

    private static IllegalArgumentException refuse(String given) {
        return new IllegalArgumentException(Problems.text(ProblemCode.OVERRIDE, "override", given));
    }

    /** What goes into one line of the log, or of what nodes tell one another, as it is read. */
    private static String line(String text) {
        return text.strip().replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", " ");
    }

    private Key key(String text) {
        String given = text.strip();
        String address = addresses.resolve(given, name -> List.of()).key();
        return address.equals(ClientIdentity.UNKNOWN)
                ? KeyParser.parse(given)
                : Key.of(KeySource.Kind.CLIENT, address);
    }
}
