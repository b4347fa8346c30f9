package io.weir.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.RateLimited;
import io.weir.internal.app.Deployment;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.Dependent;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** docs/operations.md has every attribute and every meter, with its labels, and no other. */
class MetricsPageTest {

    private static final List<String> ORDER =
            List.of("application", "policy", "outcome", "store", "reason");

    @Dependent
    public static class Shop {
        @RateLimited(name = "orders", value = "20/min")
        public void order() {}
    }

    @Test
    void allOfItIsExplained() throws Exception {
        Set<String> attributes = new TreeSet<>();
        Set<String> meters = new TreeSet<>();
        SimpleMeterRegistry scraped = new SimpleMeterRegistry();
        Metrics.addRegistry(scraped);
        try (Deployed shop =
                Deployed.with(Map.of("weir.policy.orders.candidate", "10/min"), Shop.class)) {
            shop.get(Deployment.class).start("/shop", Set.of(), Map.of());
            shop.get(Shop.class).order();
            attributes.addAll(attributes("Limiter", "io.weir:type=Limiter,application=shop"));
            attributes.addAll(
                    attributes("Policy", "io.weir:type=Policy,application=shop,name=\"orders\""));
            meters.addAll(meters(scraped));
        } finally {
            Metrics.removeRegistry(scraped);
        }
        Set<String> explained = new TreeSet<>();
        Set<String> measured = new TreeSet<>();
        for (List<String> row : Guide.rows("Metrics")) {
            assertThat(row).hasSize(3).noneMatch(String::isEmpty);
            if (row.get(0).startsWith("`")) {
                measured.add(row.get(0).replace("`", "") + " " + row.get(1).replace("`", ""));
            } else {
                explained.add(row.get(0) + " " + row.get(1).replace("`", ""));
            }
        }
        assertThat(explained).isEqualTo(attributes);
        assertThat(measured).isEqualTo(meters);
    }

    private static Set<String> attributes(String type, String name) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<String> attributes = new TreeSet<>();
        for (MBeanAttributeInfo info : server.getMBeanInfo(new ObjectName(name)).getAttributes()) {
            assertThat(server.getAttribute(new ObjectName(name), info.getName()))
                    .satisfiesAnyOf(
                            value -> assertThat(value).isNull(),
                            value ->
                                    assertThat(value.getClass().getName())
                                            .isEqualTo(info.getType()));
            boolean product = info.getName().matches("[A-Z].*By[A-Z].*");
            if (!product || info.getName().equals("AdmittedByRedis")) {
                attributes.add(type + " " + info.getName() + (product ? " and so on" : ""));
            }
        }
        return attributes;
    }

    private static Set<String> meters(MeterRegistry registry) {
        Set<String> meters = new TreeSet<>();
        registry.getMeters()
                .forEach(
                        meter -> {
                            List<String> labels = new ArrayList<>();
                            for (Tag tag : meter.getId().getTags()) {
                                labels.add(tag.getKey());
                            }
                            labels.sort(
                                    (one, other) ->
                                            Integer.compare(
                                                    ORDER.indexOf(one), ORDER.indexOf(other)));
                            meters.add(meter.getId().getName() + " " + String.join(", ", labels));
                        });
        return meters;
    }
}
