package io.weir.internal.observe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * What an application shows in JMX, and takes away again. A server that does not want it costs a
 * warning, never a deployment. Thread-safe.
 */
final class JmxRegistry {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final Supplier<MBeanServer> server;
    private final List<ObjectName> shown = new ArrayList<>();
    private final Set<String> policies = new HashSet<>();

    /** The part of all names that tells this application; null while nothing is shown. */
    private @Nullable String suffix;

    JmxRegistry(Supplier<MBeanServer> server) {
        this.server = server;
    }

    /**
     * Shows the limiter.
     *
     * @return which of the applications of that name on this server this is, from 1
     */
    synchronized int open(String application, SimpleMBean limiter) {
        String safe =
                application.matches("[\\w./#-]+") ? application : ObjectName.quote(application);
        int number = 1;
        while (suffix == null) {
            String wanted = number == 1 ? safe : safe + ",instance=" + number;
            try {
                register("io.weir:type=Limiter,application=" + wanted, limiter);
                suffix = wanted;
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
    synchronized void show(PolicyCounters counters) {
        String policy = counters.policy();
        if (suffix != null && policies.add(policy)) {
            String name = "io.weir:type=Policy,application=%s,name=%s";
            try {
                register(name.formatted(suffix, ObjectName.quote(policy)), counters.bean());
            } catch (JMException | RuntimeException e) {
                complain(e);
            }
        }
    }

    private void register(String name, SimpleMBean bean) throws JMException {
        shown.add(server.get().registerMBean(bean, new ObjectName(name)).getObjectName());
    }

    private static void complain(Exception e) {
        LOG.log(System.Logger.Level.WARNING, "What Weir counts cannot be seen in JMX", e);
    }

    synchronized void close() {
        suffix = null;
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
