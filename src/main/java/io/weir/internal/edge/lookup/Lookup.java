package io.weir.internal.edge.lookup;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.CDI;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Looks up what CDI has for the module that the calling thread works for. */
public final class Lookup {

    private Lookup() {}

    /**
     * What is there of a type.
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
