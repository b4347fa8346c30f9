package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Policy;
import io.weir.RateLimiter;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.weld.context.bound.BoundLiteral;
import org.jboss.weld.context.bound.BoundSessionContext;
import org.junit.jupiter.api.Test;

class InjectedLimiterTest {

    /** A bean of a session. */
    @SessionScoped
    public static class Basket implements Serializable {

        private static final long serialVersionUID = 1L;

        @Inject RateLimiter limiter;

        public Decision pay() {
            return limiter.tryAcquire("pay");
        }

        /** Of this, which is no proxy. */
        public byte[] onDisk() throws IOException {
            ByteArrayOutputStream disk = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(disk)) {
                out.writeObject(this);
            }
            return disk.toByteArray();
        }
    }

    @Test
    void theLimiterOfASessionIsTheApplicationsAgainAfterAWhileOnDisk() throws Exception {
        Map<String, String> settings =
                Map.of("weir.policies", "pay", "weir.policy.pay.limit", "2/hour");
        try (Deployed app = Deployed.with(settings, Basket.class)) {
            BoundSessionContext session = app.get(BoundSessionContext.class, BoundLiteral.INSTANCE);
            session.associate(new HashMap<>());
            session.activate();
            Basket basket = app.get(Basket.class);
            assertThat(basket.pay()).isInstanceOf(Decision.Admitted.class);
            Basket back = fromDisk(basket.onDisk());
            assertThat(back.pay()).isInstanceOf(Decision.Admitted.class);
            assertThat(back.pay()).isInstanceOf(Decision.Refused.class);
            assertThat(basket.pay()).isInstanceOf(Decision.Refused.class);
            session.deactivate();
        }
    }

    /** Made while the deployment is checked, when there is no limiter yet. */
    @Dependent
    public static class Witness implements DecisionListener {

        private static final List<Decision> FOLLOWED = new ArrayList<>();

        @Inject RateLimiter limiter;

        @Override
        public void decided(
                Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
            if (policy.name().equals("pay")) {
                FOLLOWED.add(limiter.tryAcquire("after"));
            }
        }
    }

    @Test
    void aBeanThatTheDeploymentNeedsMayHaveIt() {
        Map<String, String> settings =
                Map.of(
                        "weir.policies",
                        "pay,after",
                        "weir.policy.pay.limit",
                        "2/hour",
                        "weir.policy.after.limit",
                        "1/hour");
        try (Deployed app = Deployed.with(settings, Witness.class)) {
            app.get(RateLimiter.class).tryAcquire("pay");
            app.get(RateLimiter.class).tryAcquire("pay");
            assertThat(Witness.FOLLOWED)
                    .hasExactlyElementsOfTypes(Decision.Admitted.class, Decision.Refused.class);
        }
    }

    private static Basket fromDisk(byte[] disk) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(disk))) {
            return (Basket) in.readObject();
        }
    }
}
