package io.weir.internal.observe;

import io.weir.Key;
import io.weir.internal.count.Ticker;
import io.weir.internal.guard.Terms.Candidate;
import io.weir.internal.operator.Overview;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * What the candidates of one policy would have done: since the deployment for meters, which only
 * grow, and of the one that is set now for people. Thread-safe.
 */
final class CandidateFigures {

    private final String policy;
    private final Ticker ticker;
    private final LongAdder calls = new LongAdder();
    private final LongAdder wouldRefuse = new LongAdder();
    private volatile @Nullable CandidateStudy study;
    private boolean measured;
    private long said;

    CandidateFigures(String policy, Ticker ticker) {
        this.policy = policy;
        this.ticker = ticker;
    }

    /** Studies a candidate from its first time on; null: there is none any more. */
    synchronized void set(@Nullable Candidate candidate, List<Meters> meters) {
        CandidateStudy known = study;
        if (candidate == null) {
            study = null;
        } else if (known == null || !known.isOf(candidate)) {
            study = new CandidateStudy(candidate, ticker.nanoTime());
            said = 0;
        }
        if (candidate != null && !measured && !meters.isEmpty()) {
            measured = true;
            meters.forEach(this::measure);
        }
    }

    private void measure(Meters to) {
        to.counter(Meters.Metric.CANDIDATE_CALLS, "policy", policy, calls::sum);
        to.counter(Meters.Metric.CANDIDATE_WOULD_REFUSE, "policy", policy, wouldRefuse::sum);
        to.gauge(Meters.Metric.CANDIDATE_CLIENTS, "policy", policy, this::refusedClients);
    }

    private double refusedClients() {
        CandidateStudy now = study;
        return now == null ? Double.NaN : now.refusedClients();
    }

    void asked(Candidate candidate, Key key, long cost, boolean refuses, List<Meters> meters) {
        CandidateStudy now = study;
        if (now == null || !now.isOf(candidate)) {
            set(candidate, meters);
            now = study;
        }
        calls.increment();
        if (refuses) {
            wouldRefuse.increment();
        }
        if (now != null) {
            now.asked(key, cost, refuses, ticker.nanoTime());
        }
    }

    Overview.Candidate figures() {
        CandidateStudy now = study;
        return now == null ? Overview.Candidate.NONE : now.figures(ticker.nanoTime());
    }

    /** The figures, if calls have come since the last time. */
    synchronized Optional<Overview.Candidate> changedFigures() {
        CandidateStudy now = study;
        if (now == null || now.calls() == said) {
            return Optional.empty();
        }
        said = now.calls();
        return Optional.of(now.figures(ticker.nanoTime()));
    }

    static String text(Overview.Candidate is) {
        return ("would have refused %s of %s calls (%s %%), of %s of %s clients, in %s min; of the"
                        + " clients %s")
                .formatted(
                        is.wouldRefuse(),
                        is.calls(),
                        percent(is),
                        is.wouldRefuseClients(),
                        is.clients(),
                        is.seconds() / 60,
                        is.usage().stream()
                                .map(CandidateFigures::text)
                                .collect(Collectors.joining(", ")));
    }

    private static String text(Overview.Usage of) {
        String most =
                "half use %s at most, 95 %% %s, 99 %% %s, all %s in the window of %s"
                        .formatted(of.p50(), of.p95(), of.p99(), of.greatest(), of.limit());
        return of.proposal().isEmpty()
                ? most
                : most + ": " + of.proposal() + " would touch one in a hundred";
    }

    private static String percent(Overview.Candidate is) {
        return String.format(Locale.ROOT, "%.1f", share(is));
    }

    private static double share(Overview.Candidate is) {
        return is.calls() == 0 ? 0 : 100.0 * is.wouldRefuse() / is.calls();
    }

    /** Shows the figures in JMX; null while there is no candidate. */
    void show(SimpleMBean bean) {
        bean.addAttribute(
                "Candidate", String.class, "the limits that are tried; null: none", this::limit);
        bean.addAttribute(
                "CandidateCalls",
                Long.class,
                "calls that they were asked about since they were set",
                () -> ifAny(Overview.Candidate::calls));
        bean.addAttribute(
                "CandidateWouldRefuse",
                Long.class,
                "of these, calls that they would have refused",
                () -> ifAny(Overview.Candidate::wouldRefuse));
        bean.addAttribute(
                "CandidateWouldRefusePercent",
                Double.class,
                "the same, of a hundred calls",
                () -> ifAny(CandidateFigures::share));
        bean.addAttribute(
                "CandidateClients",
                Long.class,
                "clients that have called, by the policy's key; about, where they are many",
                () -> ifAny(Overview.Candidate::clients));
        bean.addAttribute(
                "CandidateWouldRefuseClients",
                Long.class,
                "of these, clients that they would have refused a call",
                () -> ifAny(Overview.Candidate::wouldRefuseClients));
        bean.addAttribute(
                "CandidateUsage",
                CompositeData[].class,
                "the most that single clients have used in a window, and the limit that would touch"
                        + " one in a hundred",
                () -> ifAny(is -> OpenData.of(is.usage())));
    }

    private @Nullable String limit() {
        return ifAny(Overview.Candidate::limit);
    }

    private <T> @Nullable T ifAny(Function<Overview.Candidate, T> of) {
        Overview.Candidate is = figures();
        return is == Overview.Candidate.NONE ? null : of.apply(is);
    }
}
