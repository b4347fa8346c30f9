package io.weir.servers.ear.ejb;

import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.servers.ear.shared.Shared;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Calls limited beans before any request, and before any web module is there. */
@Singleton
@Startup
public class Boot {

    /** Limited for all together: nobody asks. */
    @ApplicationScoped
    public static class Jobs {

        @RateLimited(name = "jobs", value = "2/min", key = "global")
        public void run() {}
    }

    @Inject Jobs jobs;
    @Inject Shared shared;

    @PostConstruct
    void start() {
        StringBuilder seen = new StringBuilder("Boot of the EJB jar:");
        for (int i = 0; i < 3; i++) {
            seen.append(outcome(jobs::run));
        }
        seen.append(outcome(shared::limited));
        System.getLogger("io.weir.servers").log(System.Logger.Level.INFO, seen + ".");
    }

    private static String outcome(Runnable call) {
        try {
            call.run();
            return " admitted";
        } catch (RateLimitExceededException e) {
            return " refused";
        }
    }
}
