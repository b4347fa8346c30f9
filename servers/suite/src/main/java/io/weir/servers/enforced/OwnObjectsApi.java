package io.weir.servers.enforced;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** It makes its resources by itself. */
@ApplicationPath("own")
public class OwnObjectsApi extends Application {

    @Override
    @SuppressWarnings("deprecation") // and in use
    public Set<Object> getSingletons() {
        return Set.of(new Single());
    }
}
