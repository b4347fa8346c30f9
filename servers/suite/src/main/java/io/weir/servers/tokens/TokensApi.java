package io.weir.servers.tokens;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.auth.LoginConfig;

/** Whose users have tokens. Payara reads {@link LoginConfig} of beans only. */
@ApplicationScoped
@ApplicationPath("api")
@LoginConfig(authMethod = "MP-JWT")
public class TokensApi extends Application {

    /** As often as the user's plan has it. */
    @Path("member")
    @ApplicationScoped
    public static class Member {

        @GET
        @RateLimited(name = "member", value = "1/min", key = "principal")
        public String get() {
            return "member";
        }
    }
}
