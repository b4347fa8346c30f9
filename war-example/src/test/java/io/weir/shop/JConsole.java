package io.weir.shop;

import com.sun.tools.attach.VirtualMachine;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Calls operations of the limiter from another JVM, as {@code jconsole} does with a process. */
final class JConsole {

    private JConsole() {}

    /**
     * Calls one.
     *
     * @param call as docs/operations.md writes it, {@code peek("orders", "203.0.113.7")}
     * @return what it answers, a line for each name
     */
    static String says(ShopServer server, String call) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(server.pid()));
        JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
        machine.detach();
        String[] texts =
                Pattern.compile("\"([^\"]*)\"")
                        .matcher(call)
                        .results()
                        .map(text -> text.group(1))
                        .toArray(String[]::new);
        String[] types = new String[texts.length];
        Arrays.fill(types, String.class.getName());
        try (JMXConnector console = JMXConnectorFactory.connect(address)) {
            Object answer =
                    console.getMBeanServerConnection()
                            .invoke(
                                    new ObjectName("io.weir:type=Limiter,application=shop"),
                                    call.substring(0, call.indexOf('(')),
                                    texts,
                                    types);
            return String.join("\n", lines("", answer).toList());
        }
    }

    private static Stream<String> lines(String name, Object value) {
        if (value instanceof CompositeData data) {
            return data.getCompositeType().keySet().stream()
                    .flatMap(item -> lines(item, data.get(item)));
        }
        if (value instanceof Object[] items) {
            return Stream.of(items).flatMap(item -> lines(name, item));
        }
        if (!value.getClass().getName().startsWith("java.lang.")) {
            throw new AssertionError("not every console knows a " + value.getClass());
        }
        return Stream.of(name.isEmpty() ? value.toString() : name + " = " + value);
    }
}
