package io.weir.servers.answered;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Answers refusals as Weir does. */
@ApplicationPath("api")
public class AnsweredApi extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(WorkResource.class, BrokenMapper.class, LateMapper.class);
    }
}
