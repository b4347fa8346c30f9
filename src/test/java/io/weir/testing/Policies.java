package io.weir.testing;

import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.OnOutage;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.StatusCodes;
import java.time.Duration;
import java.util.List;

/** Builds policies of which a test says only what matters to it; the rest is at its default. */
public final class Policies {

    private String name;
    private String wireName;
    private List<KeySource> key = List.of(KeySource.CLIENT);
    private List<Limit> limits = List.of();
    private long cost = 1;
    private OnRefusal onRefusal = OnRefusal.THROW;
    private OnOutage onOutage = OnOutage.LOCAL;
    private Mode mode = Mode.ENFORCE;
    private Engine engine = Engine.RRATELIMITER;
    private CountWhen countWhen = CountWhen.ALWAYS;
    private StatusCodes failures = StatusCodes.ERRORS;
    private String costBean = "";
    private boolean foldIds;
    private Duration lease = Duration.ZERO;

    private Policies(String name) {
        this.name = name;
        this.wireName = name;
    }

    /** A policy of this name; it still needs a limit. */
    public static Policies named(String name) {
        return new Policies(name);
    }

    /** A policy that is like another one. */
    public static Policies like(Policy policy) {
        Policies like = new Policies(policy.name());
        like.wireName = policy.wireName();
        like.key = policy.key();
        like.limits = policy.limits();
        like.cost = policy.price().permits();
        like.onRefusal = policy.onRefusal();
        like.onOutage = policy.onOutage();
        like.mode = policy.mode();
        like.engine = policy.engine();
        like.countWhen = policy.conduct().countWhen();
        like.failures = policy.conduct().failures();
        like.costBean = policy.price().bean();
        like.lease = policy.lease();
        like.foldIds = policy.callers().foldIds();
        return like;
    }

    public Policies name(String name) {
        this.name = name;
        return this;
    }

    /** As nodes with leases count it together; what they took ahead can be given back. */
    public static Policy shared(Policy policy) {
        return like(policy)
                .limits(policy.sharedLimits().toArray(Limit[]::new))
                .lease(Duration.ZERO)
                .countWhen(CountWhen.FAILURE)
                .policy();
    }

    public Policies wireName(String wireName) {
        this.wireName = wireName;
        return this;
    }

    public Policies key(KeySource... sources) {
        key = List.of(sources);
        return this;
    }

    public Policies limits(Limit... limits) {
        this.limits = List.of(limits);
        return this;
    }

    public Policies cost(long cost) {
        this.cost = cost;
        return this;
    }

    public Policies onRefusal(OnRefusal onRefusal) {
        this.onRefusal = onRefusal;
        return this;
    }

    public Policies onOutage(OnOutage onOutage) {
        this.onOutage = onOutage;
        return this;
    }

    public Policies mode(Mode mode) {
        this.mode = mode;
        return this;
    }

    public Policies engine(Engine engine) {
        this.engine = engine;
        return this;
    }

    public Policies givesBack(boolean givesBack) {
        return countWhen(givesBack ? CountWhen.FAILURE : CountWhen.ALWAYS);
    }

    public Policies countWhen(CountWhen countWhen) {
        this.countWhen = countWhen;
        return this;
    }

    public Policies failures(StatusCodes failures) {
        this.failures = failures;
        return this;
    }

    public Policies costBean(String costBean) {
        this.costBean = costBean;
        return this;
    }

    public Policies lease(Duration lease) {
        this.lease = lease;
        return this;
    }

    public Policies foldIds() {
        foldIds = true;
        return this;
    }

    public Policy policy() {
        return new Policy(
                name,
                wireName,
                limits,
                new Policy.Callers(key, foldIds),
                new Policy.Price(cost, costBean),
                new Policy.Conduct(mode, onRefusal, onOutage, engine, countWhen, failures, lease));
    }
}
