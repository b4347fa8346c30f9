package io.weir.internal.edge.ejb;

import jakarta.ejb.EJBContext;
import java.util.Optional;
import java.util.function.Supplier;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The caller of the enterprise bean that the current thread is in. */
public final class EjbCaller implements Supplier<Optional<String>> {

    /** The role of everybody whom the container has authenticated. */
    private static final String ANYBODY = "**";

    /** For who puts the limiter together. */
    public EjbCaller() {}

    /**
     * The caller.
     *
     * @return the name of the caller principal; empty for strangers and outside enterprise beans
     */
    @Override
    @SuppressWarnings("BanJNDI") // a name of this JVM that nobody else chooses
    public Optional<String> get() {
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
