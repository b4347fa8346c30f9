package io.weir.internal.observe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * What an application shows in JMX, and takes away again. A server that does not want it costs a
 * warning, never a deployment. Thread-safe.
 */
final class Management {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final Supplier<MBeanServer> server;
    private final List<ObjectName> shown = new ArrayList<>();
    private final Set<String> policies = new HashSet<>();
    private @Nullable Names names;

    /**
     * The names of one application.
     *
     * @param number 1, or more if there are others of the same name
     */
    private record Names(String application, int number) {

        ObjectName limiter() throws MalformedObjectNameException {
            return new ObjectName("io.weir:type=Limiter,application=" + suffix());
        }

        ObjectName policy(String policy) throws MalformedObjectNameException {
            return new ObjectName(
                    "io.weir:type=Policy,application="
                            + suffix()
                            + ",name="
                            + ObjectName.quote(policy));
        }

        private String suffix() {
            String safe =
                    application.matches("[\\w./#-]+") ? application : ObjectName.quote(application);
            return number == 1 ? safe : safe + ",instance=" + number;
        }
    }

    Management(Supplier<MBeanServer> server) {
        this.server = server;
    }

    /**
     * Shows the limiter.
     *
     * @return which of the applications of that name on this server this is, from 1
     */
    synchronized int open(String application, ReadOnlyBean limiter) {
        int number = 1;
        while (names == null) {
            Names wanted = new Names(application, number);
            try {
                register(wanted.limiter(), limiter);
                names = wanted;
            } catch (InstanceAlreadyExistsException e) {
                number++;
            } catch (JMException | RuntimeException e) {
                complain(e);
                return number;
            }
        }
        return number;
    }

    /** Shows a policy, once, if the limiter is shown. */
    synchronized void show(Tally tally) {
        if (names != null && policies.add(tally.policy())) {
            try {
                register(names.policy(tally.policy()), tally.bean());
            } catch (JMException | RuntimeException e) {
                complain(e);
            }
        }
    }

    private void register(ObjectName name, ReadOnlyBean bean) throws JMException {
        shown.add(server.get().registerMBean(bean, name).getObjectName());
    }

    private static void complain(Exception e) {
        LOG.log(System.Logger.Level.WARNING, "What Weir counts cannot be seen in JMX", e);
    }

    synchronized void close() {
        names = null;
        for (ObjectName name : shown) {
            try {
                server.get().unregisterMBean(name);
            } catch (JMException | RuntimeException e) {
                complain(e);
            }
        }
        shown.clear();
    }
}
