package io.weir.internal.edge.lookup;

import jakarta.ejb.EJBContext;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The enterprise bean that the current thread is in. Loaded only where there are such beans. */
final class EjbCaller {

    /** The role of everybody whom the container has authenticated. */
    private static final String ANYBODY = "**";

    private EjbCaller() {}

    static Optional<Principal> principal() {
        return ask(ANYBODY, EJBContext::getCallerPrincipal);
    }

    static boolean isIn(String role) {
        return ask(role, context -> true).isPresent();
    }

    /** Asks the context of a call whose caller has a role. */
    @SuppressWarnings("BanJNDI") // a name of this JVM that nobody else chooses
    private static <T> Optional<T> ask(String role, Function<EJBContext, T> question) {
        try {
            Object found = InitialContext.doLookup("java:comp/EJBContext");
            return found instanceof EJBContext context && context.isCallerInRole(role)
                    ? Optional.of(question.apply(context))
                    : Optional.empty();
        } catch (NamingException | RuntimeException e) { // not in a bean, or in none of its calls
            return Optional.empty();
        }
    }
}
