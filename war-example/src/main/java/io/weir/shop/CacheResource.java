package io.weir.shop;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The hit rate of the cache. It is here to look at, as {@link ClientResource} is. */
@Path("cache")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class CacheResource {

    @Inject private SharedCache cache;

    /**
     * Not limited.
     *
     * @return hits and misses of this shop since its start
     */
    @GET
    public SharedCache.Rate get() {
        return cache.rate();
    }
}
