package io.weir.servers.ejblater;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How transactions have ended. */
@ApplicationScoped
public class Outcomes {

    private final Map<String, String> outcomes = new ConcurrentHashMap<>();

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transactions;

    /** Remembers how the current transaction ends. */
    void watch(String order) {
        transactions.registerInterposedSynchronization(
                new Synchronization() {
                    @Override
                    public void beforeCompletion() {}

                    @Override
                    public void afterCompletion(int status) {
                        outcomes.put(
                                order,
                                status == Status.STATUS_COMMITTED ? "committed" : "rolled back");
                    }
                });
    }

    String of(String order) {
        return outcomes.getOrDefault(order, "under way");
    }
}
