package io.weir.servers.concurrency;

import io.weir.RateLimited;
import io.weir.servers.elsewhere.Work;
import jakarta.enterprise.concurrent.Asynchronous;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;

/** Methods that the platform calls on another thread. */
@ApplicationScoped
public class Later {

    @Inject Work work;

    @Asynchronous
    @RateLimited("1/min")
    public CompletableFuture<String> limited() {
        return CompletableFuture.completedFuture("worked");
    }

    @Asynchronous
    public CompletableFuture<String> below() {
        return CompletableFuture.completedFuture(work.work());
    }

    @Asynchronous(executor = "java:module/concurrent/Executor")
    public CompletableFuture<String> ownBelow() {
        return CompletableFuture.completedFuture(work.work());
    }
}
