package io.weir.internal.count;

import io.weir.CostResolver;
import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.PlanResolver;
import io.weir.Policy;
import io.weir.internal.address.Cidr;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Terms;
import io.weir.testing.Policies;
import java.security.Principal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Any policies, which an operator changes, and an application that is known to be asked. */
final class ExplainedPolicies {

    private static final List<CountWhen> COUNTED = List.of(CountWhen.FAILURE, CountWhen.SETTLED);

    final List<Policy> all = new ArrayList<>();

    /** The names of those for which the application was asked. */
    final Set<String> asked = new HashSet<>();

    final Map<String, KeyResolver> resolvers = new HashMap<>();
    final Map<String, CostResolver> prices = new HashMap<>();
    final Map<String, PlanResolver> plans = new HashMap<>();

    private final List<Live> lives = new ArrayList<>();
    private final Random random;

    ExplainedPolicies(Random random) {
        this.random = random;
    }

    /** An operator may change it, and with it what it is for a plan. */
    private static final class Live implements LivePolicy {
        private Policy policy;
        private final Terms terms;

        Live(Policy policy, Terms terms) {
            this.policy = policy;
            this.terms = terms;
        }

        @Override
        public Policy get() {
            return policy;
        }

        @Override
        public Terms terms() {
            List<Terms.Plan> plans = new ArrayList<>();
            for (Terms.Plan plan : terms.plans()) {
                Policy of = policy.with(plan.policy().limits());
                Mode mode = plan.policy().mode();
                of = mode.compareTo(of.mode()) > 0 ? of.with(mode) : of;
                plans.add(new Terms.Plan(plan.name(), plan.networks(), of));
            }
            return new Terms(terms.exempt(), terms.denied(), terms.sources(), plans);
        }
    }

    <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** The application says so, or not; and is known to have been asked. */
    boolean ask(String policy) {
        asked.add(policy);
        return random.nextBoolean();
    }

    /** What a user's token claims: a claim is called like the policy that asks for it. */
    Optional<String> claim(Principal user, String policy) {
        return Optional.of(policy).filter(this::ask);
    }

    private static List<Limit> limits(int permits) {
        return List.of(
                new Limit.SlidingWindow(permits, Duration.ofSeconds(10)),
                new Limit.TokenBucket(1, Duration.ofSeconds(3), permits),
                new Limit.CalendarQuota(permits, Limit.Period.DAY, ZoneId.of("UTC")));
    }

    LivePolicy live(String name) {
        List<Integer> which = pick(List.of(List.of(0), List.of(1), List.of(0, 1), List.of(2)));
        Policy policy =
                Policies.named(name)
                        .limits(limits(which, 1 + random.nextInt(4)))
                        .key(
                                pick(
                                        List.of(
                                                new KeySource[] {KeySource.CLIENT},
                                                new KeySource[] {
                                                    new KeySource(KeySource.Kind.PRINCIPAL, "")
                                                },
                                                new KeySource[] {
                                                    new KeySource(KeySource.Kind.GLOBAL, "")
                                                },
                                                new KeySource[] {
                                                    new KeySource(
                                                            KeySource.Kind.HEADER, "X-Api-Key"),
                                                    KeySource.CLIENT
                                                },
                                                new KeySource[] {
                                                    KeySource.CLIENT,
                                                    new KeySource(KeySource.Kind.PATH, "id")
                                                },
                                                new KeySource[] {
                                                    new KeySource(KeySource.Kind.BEAN, name)
                                                })))
                        .mode(pick(List.of(Mode.ENFORCE, Mode.ENFORCE, Mode.OBSERVE, Mode.OFF)))
                        .onOutage(pick(List.of(OnOutage.values())))
                        .engine(Engine.RRATELIMITER) // what is shared here counts no debts
                        .cost(1 + random.nextInt(3)) // above what it holds, too
                        .countWhen(pick(List.of(CountWhen.ALWAYS, pick(COUNTED))))
                        .costBean(random.nextInt(6) == 0 ? name : "")
                        .policy();
        all.add(policy);
        resolvers.put(name, client -> Optional.of("tenant").filter(t -> ask(name)));
        prices.put(name, client -> ask(name) ? 1 : 2);
        plans.put(name, client -> Optional.of(name).filter(p -> ask(name)));
        Terms.Plan gold =
                new Terms.Plan(
                        name, // which is its role, too
                        List.of(Cidr.parse("198.51.100.0/24")),
                        policy.with(List.of(limits(which, 6))).with(pick(List.of(Mode.values()))));
        List<Terms.Source> sources =
                random.nextInt(3) > 0
                        ? List.of()
                        : Stream.of(Terms.Source.Kind.values())
                                .filter(kind -> random.nextBoolean())
                                .map(kind -> new Terms.Source(kind, name))
                                .toList();
        Live live =
                new Live(
                        policy,
                        new Terms(
                                random.nextInt(4) > 0
                                        ? List.of()
                                        : List.of(Cidr.parse("192.0.2.0/24")),
                                random.nextInt(4) > 0
                                        ? List.of()
                                        : List.of(Cidr.parse("203.0.113.8")),
                                sources,
                                sources.isEmpty() ? List.of() : List.of(gold)));
        lives.add(live);
        return live;
    }

    /** As an operator does it for a while, and ends it. */
    void override() {
        Live live = pick(lives);
        Policy.Conduct is = live.policy.conduct();
        Policy other =
                live.policy.with(
                        new Policy.Conduct(
                                pick(List.of(Mode.values())),
                                is.onRefusal(),
                                is.onOutage(),
                                is.engine(),
                                is.countWhen(),
                                is.failures(),
                                is.lease()));
        List<Limit> raised = new ArrayList<>();
        for (Limit limit : other.limits()) {
            int kind =
                    limits(1)
                            .indexOf(
                                    limits(1).stream()
                                            .filter(l -> l.getClass() == limit.getClass())
                                            .findFirst()
                                            .get());
            raised.add(limits(1 + random.nextInt(6)).get(kind));
        }
        live.policy = other.with(raised);
    }

    private Limit[] limits(List<Integer> which, int permits) {
        return which.stream().map(i -> limits(permits).get(i)).toArray(Limit[]::new);
    }
}
