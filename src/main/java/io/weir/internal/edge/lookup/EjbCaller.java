package io.weir.internal.edge.lookup;

import jakarta.ejb.EJBContext;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The enterprise bean that the current thread is in. Loaded only where there are such beans. */
final class EjbCaller {

    /** The role of everybody whom the container has authenticated. */
    private static final String ANYBODY = "**";

    private EjbCaller() {}

    @SuppressWarnings("BanJNDI") // a name of this JVM that nobody else chooses
    static Optional<String> name() {
        try {
            Object found = InitialContext.doLookup("java:comp/EJBContext");
            return found instanceof EJBContext context && context.isCallerInRole(ANYBODY)
                    ? Optional.of(context.getCallerPrincipal().getName())
                    : Optional.empty();
        } catch (NamingException | RuntimeException e) { // not in a bean, or in none of its calls
            return Optional.empty();
        }
    }
}
