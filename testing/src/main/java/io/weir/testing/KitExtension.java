package io.weir.testing;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;

/** The parameters of tests are beans, too. Found by CDI; not for applications. */
public final class KitExtension implements Extension {

    /** For CDI. */
    public KitExtension() {}

    void add(@Observes AfterBeanDiscovery event) {
        KitBench found = new KitBench();
        if (!found.joins()) {
            return;
        }
        LocalBench bench = found.bench();
        event.<WeirClock>addBean().types(WeirClock.class).createWith(c -> bench::advance);
        event.<LimitsUnderTest>addBean()
                .types(LimitsUnderTest.class)
                .createWith(c -> new LimitsUnderTest(bench));
        Object redis = bench.started();
        if (redis != null) {
            event.addBean().types(redis.getClass()).createWith(c -> redis);
        }
    }
}
