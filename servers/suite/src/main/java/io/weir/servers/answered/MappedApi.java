package io.weir.servers.answered;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Maps refusals to answers of its own. */
@ApplicationPath("mapped")
public class MappedApi extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(WorkResource.class, OwnMapper.class);
    }
}
