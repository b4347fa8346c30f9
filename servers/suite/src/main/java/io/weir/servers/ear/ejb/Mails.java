package io.weir.servers.ear.ejb;

import io.weir.RateLimited;
import jakarta.ejb.Stateless;

/** A session bean that the web modules call. */
@Stateless
public class Mails {

    @RateLimited(name = "mails", value = "3/min")
    public String send() {
        return "mail";
    }
}
