package io.weir.servers.ejblater;

import io.weir.RateLimited;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;

/** A limited enterprise bean, in the transaction of its caller or in one of its own. */
@Stateless
public class Invoices {

    @RateLimited("1/min")
    public String send() {
        return "worked";
    }

    @RateLimited("1/min")
    @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
    public String sendApart() {
        return "worked";
    }
}
