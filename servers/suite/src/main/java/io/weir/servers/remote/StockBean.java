package io.weir.servers.remote;

import io.weir.RateLimited;
import jakarta.ejb.Stateless;

/** Is limited where it is called from afar. */
@Stateless
public class StockBean implements Stock {

    @Override
    @RateLimited("1/min")
    public String order() {
        return "worked";
    }
}
