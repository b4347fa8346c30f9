package io.weir.benchmarks;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What another JVM allocates, by the threads that live in it: those of a server's pool live on
 * between two looks.
 */
record Allocated(ThreadMXBean threads) {

    static Allocated by(long process) throws IOException {
        try {
            VirtualMachine there = VirtualMachine.attach(Long.toString(process));
            try {
                JMXServiceURL url = new JMXServiceURL(there.startLocalManagementAgent());
                MBeanServerConnection server =
                        JMXConnectorFactory.connect(url).getMBeanServerConnection();
                return new Allocated(
                        ManagementFactory.newPlatformMXBeanProxy(
                                server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class));
            } finally {
                there.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    long bytes() {
        long[] ids = threads.getAllThreadIds();
        return Arrays.stream(threads.getThreadAllocatedBytes(ids)).filter(n -> n > 0).sum();
    }
}
