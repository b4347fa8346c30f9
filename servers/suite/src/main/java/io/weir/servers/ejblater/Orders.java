package io.weir.servers.ejblater;

import io.weir.RateLimitExceededException;
import io.weir.servers.elsewhere.Work;
import jakarta.ejb.EJB;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;

/** Writes in the transaction of its container, and then calls what is limited. */
@Stateless
public class Orders {

    @Inject Outcomes outcomes;
    @Inject Work work;
    @EJB Invoices invoices;

    public String bean(String order) {
        outcomes.watch(order);
        return work.order();
    }

    public String beanCaught(String order) {
        return caught(order, work::order);
    }

    public String limitedCaught(String order) {
        return caught(order, invoices::send);
    }

    public String apartCaught(String order) {
        return caught(order, invoices::sendApart);
    }

    private String caught(String order, java.util.function.Supplier<String> limited) {
        outcomes.watch(order);
        try {
            return limited.get();
        } catch (RateLimitExceededException e) {
            return "caught";
        }
    }
}
