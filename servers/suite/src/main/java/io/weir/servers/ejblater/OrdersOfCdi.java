package io.weir.servers.ejblater;

import io.weir.RateLimitExceededException;
import io.weir.servers.elsewhere.Work;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** The same in the transaction of a bean of CDI. */
@ApplicationScoped
public class OrdersOfCdi {

    @Inject Outcomes outcomes;
    @Inject Work work;

    @Transactional
    public String bean(String order) {
        outcomes.watch(order);
        return work.order();
    }

    @Transactional
    public String beanCaught(String order) {
        outcomes.watch(order);
        try {
            return work.order();
        } catch (RateLimitExceededException e) {
            return "caught";
        }
    }
}
