package io.weir.internal.edge.lookup;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.CDI;
import java.security.Principal;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Looks up what the container knows of the calling thread. */
public final class Lookup {

    private Lookup() {}

    /**
     * What CDI has of a type for the module that the thread works for.
     *
     * @param type the type of a bean
     * @return to be asked for it
     * @throws IllegalStateException if there is no CDI, or not yet
     */
    public static <T> Instance<T> of(Class<T> type) {
        CDI<Object> cdi = CDI.current();
        try {
            return cdi.select(type);
        } catch (IllegalStateException e) {
            // Weld tells modules by the names of their classes, which two modules may have alike.
            return manager(e).createInstance().select(type);
        }
    }

    /**
     * Who calls the enterprise bean that the thread is in. To be asked only where there are such
     * beans.
     *
     * @return the caller principal; empty for strangers and outside enterprise beans
     */
    public static Optional<Principal> ejbCaller() {
        return EjbCaller.principal();
    }

    /**
     * Whether the caller of the enterprise bean that the thread is in has a role. To be asked only
     * where there are such beans.
     *
     * @param role the role's name
     * @return false outside enterprise beans
     */
    public static boolean isEjbCallerIn(String role) {
        return EjbCaller.isIn(role);
    }

    @SuppressWarnings("BanJNDI") // a constant name of the container's
    private static BeanManager manager(IllegalStateException otherwise) {
        try {
            return (BeanManager) new InitialContext().lookup("java:comp/BeanManager");
        } catch (NamingException e) {
            otherwise.addSuppressed(e);
            throw otherwise;
        }
    }
}
