package io.weir.servers.ejblater;

import io.weir.RateLimited;
import io.weir.servers.elsewhere.Work;
import jakarta.annotation.security.DeclareRoles;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.AsyncResult;
import jakarta.ejb.Asynchronous;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.concurrent.Future;

/** Its container calls it on another thread, and tells it the user. */
@Stateless
@DeclareRoles("gold") // Payara asks for no role that a bean does not declare
@PermitAll // WildFly refuses methods without a word on roles, once their bean has one
@Asynchronous
public class UserBean {

    @Inject Work work;

    @RateLimited(value = "1/min", key = "principal")
    public Future<String> limited() {
        return new AsyncResult<>("worked");
    }

    @RateLimited(name = "member", value = "1/min", key = "principal")
    public Future<String> member() {
        return new AsyncResult<>("worked");
    }

    @RateLimited("1/min")
    public Future<String> perClient() {
        return new AsyncResult<>("worked");
    }

    public Future<String> below() {
        return new AsyncResult<>(work.ofUser());
    }
}
