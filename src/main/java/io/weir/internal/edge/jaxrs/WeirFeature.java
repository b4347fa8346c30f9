package io.weir.internal.edge.jaxrs;

import io.weir.internal.app.Scan;
import io.weir.internal.edge.lookup.Lookup;
import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;

/**
 * Adds the JAX-RS edge to every application. Found as a service (Jakarta RESTful Web Services 3.1,
 * section 4.1.2), so it works beside applications that list their classes by hand.
 */
public final class WeirFeature implements Feature {

    /** For JAX-RS. */
    public WeirFeature() {}

    @Override
    public boolean configure(FeatureContext context) {
        if (context.getConfiguration().getRuntimeType() == RuntimeType.CLIENT) {
            return false; // Jersey finds features of servers for its clients too
        }
        HttpGuard guard;
        try {
            guard = Lookup.of(HttpGuard.class).get();
        } catch (IllegalStateException | NoClassDefFoundError e) {
            return false; // without CDI a limited resource stops the deployment
        }
        context.register(new LimitFeature(guard));
        boolean jersey = Scan.isPresent("org.glassfish.jersey.spi.ExtendedExceptionMapper");
        context.register(new AnswerFilter(guard, jersey), Integer.MAX_VALUE);
        context.register(new OutcomeFilter(guard), Integer.MIN_VALUE);
        context.register(new RefusalMapper());
        boolean hasEjb = Scan.isPresent("jakarta.ejb.EJBException");
        if (jersey) {
            context.register(new JerseyRefusals.OfCompletion());
            context.register(new JerseyRefusals.OfExecution());
            context.register(new JerseyRefusals.OfAny());
            if (hasEjb) {
                context.register(new JerseyRefusals.OfEjb());
            }
            return true;
        }
        context.register(new WrappedRefusals.OfCompletion());
        context.register(new WrappedRefusals.OfExecution());
        if (context.getClass().getName().startsWith("org.jboss.resteasy.")) {
            context.register(new WrappedRefusals.OfAny());
        }
        if (hasEjb) {
            context.register(new WrappedRefusals.OfEjb());
        }
        return true;
    }
}
